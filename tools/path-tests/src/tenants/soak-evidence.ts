import {
  type Evidence,
  type Execution,
  figuresOf,
  type Grant,
  type InvariantId,
  type RouterState,
} from '@vecino/audit';
import { type NetworkDeploymentStatus } from '@vecino/contracts';
import { type LogRecord } from '@vecino/router-simulator';
import { evidenceOf } from '../evidence.js';
import { type SentRequest } from '../sent-request.js';
import { SOAK_TENANTS } from './soak-plan.js';
import { type SoakRun } from './soak-run.js';

/** Those for which a soak gathers evidence. */
export const SOAK_INVARIANTS: readonly InvariantId[] = [
  'I1',
  'I2',
  'I3',
  'I4',
  'I6',
  'I7',
  'I8',
  'I9',
  'I13',
  'I14',
];

export interface SoakSeen {
  readonly run: SoakRun;
  readonly sent: readonly SentRequest[];
  readonly statuses: readonly NetworkDeploymentStatus[];
  readonly endedAt: (tenantId: string, deploymentId: string) => number | undefined;
  readonly executions: readonly Execution[];
  readonly routerLog: readonly LogRecord[];
  readonly routers: readonly RouterState[];
  readonly grants: readonly Grant[];
  readonly windowMs: number;
}

const PROMPT_MS = 30_000;

/**
 * What a soak shows, as the judge takes it. A quiet tenant is answered promptly, by which is meant that an answer may take twice as long
 * as the longest that nothing disturbed: how long that is depends on the machine.
 */
export function soakEvidence({ run, ...seen }: SoakSeen): Evidence {
  const { disturbances, limitOf } = run;
  const tenants = SOAK_TENANTS.map(({ id, manner }) => ({
    tenantId: id,
    cap: limitOf('cap', id),
    intake: limitOf('intake', id),
    ...(manner === 'quiet' ? { promptMs: PROMPT_MS } : {}),
  }));
  const evidence = evidenceOf({ ...seen, disturbances, tenants });
  const quiet = new Set(
    tenants.filter(({ promptMs }) => promptMs !== undefined).map(({ tenantId }) => tenantId),
  );
  const undisturbed = figuresOf(evidence)
    .tenants.filter(({ tenant }) => quiet.has(tenant))
    .map(({ longest_undisturbed_ms: longest = 0 }) => longest);
  const promptMs = Math.max(PROMPT_MS, 2 * Math.max(...undisturbed));
  return {
    ...evidence,
    tenants: tenants.map((terms) => (quiet.has(terms.tenantId) ? { ...terms, promptMs } : terms)),
  };
}
