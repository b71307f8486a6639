import { type CommandDecodeResult, type DeploymentCommand, validateCommand } from '@vecino/contracts';
import { invariant, type Reason } from '@vecino/foundation';
import type { SourceRecord } from '@vecino/messaging';
import { type Tenant, tenantOf } from '@vecino/tenancy';
import type { SubmitCommand } from '@vecino/workflows';
import { type JudgeContext, unknownTenant } from './judge-record.js';

/** What becomes of one record of the command topic. */
export type CommandVerdict =
  | { readonly kind: 'accepted'; readonly tenant: Tenant; readonly command: SubmitCommand }
  /** A dead letter only: an order that is not carried out changes no deployment, so no status tells of it. */
  | { readonly kind: 'refused'; readonly tenant?: Tenant; readonly reason: Reason };

/** `source` is where `record` lies. Pure. */
export function judgeCommand(
  { registry, identity }: JudgeContext,
  record: SourceRecord,
  source: { readonly topic: string; readonly partition: number },
  decoded: CommandDecodeResult,
): CommandVerdict {
  const tenantId = decoded.ok ? decoded.command.tenant_id : decoded.tenantId;
  const tenant = tenantId === undefined ? undefined : tenantOf(registry, tenantId);
  if (!tenant) return { kind: 'refused', reason: decoded.ok ? unknownTenant(tenantId) : decoded.reason };
  const refused = (reason: Reason): CommandVerdict => ({ kind: 'refused', tenant, reason });
  const unproven = identity.refusal(record, tenant.id);
  if (unproven) return refused(unproven);
  if (!decoded.ok) return refused(decoded.reason);
  const invalid = validateCommand(decoded.command);
  if (invalid) return refused(invalid);
  return { kind: 'accepted', tenant, command: commandOf(decoded.command, record, source) };
}

function commandOf(
  { command_id, deployment_id, action, requested_by }: DeploymentCommand,
  { offset }: SourceRecord,
  { topic, partition }: { readonly topic: string; readonly partition: number },
): SubmitCommand {
  invariant(action !== 'UNKNOWN', 'the grammar refuses an unknown action');
  return {
    commandId: command_id,
    deploymentId: deployment_id,
    action,
    ...(requested_by !== null && { requestedBy: requested_by }),
    topic,
    partition,
    offset,
  };
}
