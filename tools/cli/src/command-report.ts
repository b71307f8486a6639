import { type DeploymentCommand, type NetworkDeploymentStatus } from '@vecino/contracts';
import { type CommonAnswer } from './command-answer.js';
import { type PlacedCommand } from './send-command.js';

type ReportedAnswer = CommonAnswer | { readonly kind: string; readonly status: NetworkDeploymentStatus };

export const ORDER_KEYS = {
  tenant_id: 'whose it is',
  deployment_id: 'its id',
  command_id: 'of the order',
  topic: 'where the order lies',
  partition: '…',
  offset: '…',
  answer: 'what became of it: `cancelled`, `unlocked`, `too-late`, `ended`, `refused` or `silence`',
  state: 'of the deployment, as the answer says it; null where it does not',
  reason: '`code` and `text`; null where there is none',
  ok: 'whether the order was carried out',
};

/** A command and its answer, as `--output json` prints them. */
export function commandReport(
  command: DeploymentCommand,
  placed: PlacedCommand,
  answer: ReportedAnswer,
  ok: boolean,
) {
  const status = 'status' in answer ? answer.status : undefined;
  const refusal = 'code' in answer ? { code: answer.code, text: answer.text } : null;
  return {
    tenant_id: command.tenant_id,
    deployment_id: command.deployment_id,
    command_id: command.command_id,
    topic: placed.topic,
    partition: placed.partition,
    offset: placed.offset,
    answer: answer.kind,
    state: status?.state ?? null,
    reason: status?.reason ?? refusal,
    ok,
  };
}

export const silenceSentence = (
  { tenant_id: tenant, deployment_id: id }: DeploymentCommand,
  afterMs: number,
): string =>
  `no answer within ${afterMs / 1_000} s; the command lies in Kafka and stays valid. ` +
  `See that ingest, the tenant's worker and the status-projector run (./vecino status), ` +
  `and how the deployment stands: ./vecino explain ${id} --tenant ${tenant}`;
