import { type NetworkDeploymentStatus } from '@vecino/contracts';
import { groupBy, isTerminalState, type ReasonCode, type TerminalState } from '@vecino/foundation';
import { type Execution, type Violations } from '../judge.js';
import { type LedgerEntry } from '../ledger.js';

/** One request as it was produced. How it ends depends on what else happens; `mayEnd` says how it may. */
export interface SentRequest extends Omit<LedgerEntry, 'expected'> {
  readonly mayEnd: readonly ReasonCode[];
  /** When it was handed to Kafka, in milliseconds since the Unix epoch. */
  readonly sentAt: number;
}

export interface Outcomes {
  /** Requests that ended once, in one of their ways, as entries for the other judges. */
  readonly ended: readonly (LedgerEntry & { readonly sentAt: number })[];
  readonly violations: Violations;
}

const STATE_OF = new Map<ReasonCode, TerminalState>([
  ['UPGRADED', 'SUCCEEDED'],
  ['ALREADY_RUNNING', 'SUCCEEDED'],
  ['RATE_LIMITED', 'REJECTED'],
  ['QUEUE_FULL', 'REJECTED'],
  ['ROUTER_OUTSIDE_NETWORKS', 'REJECTED'],
]);

/** Every request ends exactly once, in one of the ways in which it may. */
export function outcomesOf(
  sent: readonly SentRequest[],
  statuses: readonly NetworkDeploymentStatus[],
): Outcomes {
  const terminals = groupBy(
    statuses.filter(({ state }) => isTerminalState(state)),
    ({ tenant_id, deployment_id }) => `${tenant_id}/${deployment_id}`,
  );
  const ended: (LedgerEntry & { sentAt: number })[] = [];
  const violations = sent.flatMap(({ mayEnd, ...request }) => {
    const key = `${request.tenantId}/${request.deploymentId}`;
    const ends = terminals.get(key) ?? [];
    const [end] = ends;
    const events = new Set(ends.map(({ event_id }) => event_id));
    if (end === undefined || events.size !== 1) return [`${key} has ${events.size} terminals, not one`];
    const { state, reason } = end;
    const code = mayEnd.find((one) => one === reason?.code && STATE_OF.get(one) === state);
    if (code === undefined || !isTerminalState(state))
      return [`${key} ended ${state}/${reason?.code} (${reason?.text}), not ${mayEnd.join(' or ')}`];
    ended.push({ ...request, expected: { state, code } });
    return [];
  });
  return { ended, violations };
}

/** How many of a tenant's requests ended in each way. */
export const countByCode = (ended: readonly LedgerEntry[]): Readonly<Partial<Record<ReasonCode, number>>> =>
  Object.fromEntries(
    [...groupBy(ended, ({ expected }) => expected.code)].map(([code, all]) => [code, all.length]),
  );

/** No request ran twice, in one namespace or in two. */
export const ranOnce = (executions: readonly Execution[]): Violations =>
  [...groupBy(executions, ({ tenantId, deploymentId }) => `${tenantId}/${deploymentId}`)].flatMap(
    ([key, all]) => (all.length === 1 ? [] : [`${key} ran ${all.length} times`]),
  );
