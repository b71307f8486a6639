import { createStatusCodec, type NetworkDeploymentStatus, topics } from '@vecino/contracts';
import { type EpochMs, isTerminalState } from '@vecino/foundation';
import { namespaceOf, type Tenant } from '@vecino/tenancy';
import { type DeploymentRun, findDeploymentRun } from '@vecino/temporal';
import { type Explanation } from '@vecino/workflows';
import { askGates } from '../ask-gates.js';
import { type PlatformEnvironment, schemasOf } from '../platform-access.js';
import { scanIfThere } from '../scan-if-there.js';
import { withTemporal } from '../temporal-access.js';

/** What is left of a deployment. */
export interface PastDeployment {
  /** Of its first status that was found. */
  readonly firstToldAt?: EpochMs;
  /** Its terminal, or the furthest status. */
  readonly last?: NetworkDeploymentStatus;
  /** Its workflow, where it was started and Temporal still has it. */
  readonly run?: DeploymentRun;
  /** What its gate says, where no status was found. */
  readonly explanation?: Explanation;
}

/** Brokers and Temporal have clocks of their own. */
const CLOCK_MARGIN_MS = 60_000;

/** Looks for a deployment in Temporal and on its tenant's status topic, and where neither tells how it stands, asks its gate. */
export async function findPastDeployment(
  env: PlatformEnvironment,
  tenant: Tenant,
  deploymentId: string,
): Promise<PastDeployment> {
  const run = await withTemporal(env, ({ client }, { namespace }) =>
    findDeploymentRun(client, namespaceOf(tenant, namespace), tenant.id, deploymentId),
  );
  // A deployment that was started may have waited before, but its terminal comes after its start.
  const told = await readStatuses(env, tenant.id, deploymentId, run && run.startedAt - CLOCK_MARGIN_MS);
  const known = { ...told, ...(run !== undefined && { run }) };
  if (told.last !== undefined) return known;
  const [answer] = await askGates(env, [tenant], deploymentId);
  return answer !== undefined && 'explanation' in answer
    ? { ...known, explanation: answer.explanation }
    : known;
}

async function readStatuses(
  env: PlatformEnvironment,
  tenantId: string,
  deploymentId: string,
  from: EpochMs | undefined,
): Promise<Pick<PastDeployment, 'firstToldAt' | 'last'>> {
  const topic = topics(env['VECINO_TOPIC_PREFIX']).status(tenantId);
  const codec = createStatusCodec(schemasOf(env));
  let firstToldAt: EpochMs | undefined;
  let last: NetworkDeploymentStatus | undefined;
  const scanned = scanIfThere(env, { topic, ...(from !== undefined && { from }) });
  for await (const { key, value, headers } of scanned) {
    if (key?.toString() !== deploymentId) continue;
    const status = await codec.decode(value, headers);
    firstToldAt ??= status.occurred_at;
    if (last === undefined || status.sequence > last.sequence) last = status;
    if (isTerminalState(status.state)) break;
  }
  return { ...(firstToldAt !== undefined && { firstToldAt }), ...(last !== undefined && { last }) };
}
