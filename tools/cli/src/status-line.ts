import { isTerminalState } from '@vecino/foundation';
import { colors } from './colors.js';
import { type ReadStatus } from './status-feed.js';
import { progressText } from './status-progress.js';

/** Green for success, red for any other end, cyan on the way. */
export function colouredState(state: string): string {
  if (state === 'SUCCEEDED') return colors.green(state);
  return isTerminalState(state) ? colors.red(state) : colors.cyan(state);
}

/** Whether the second says nothing but how far the deployment of the first has come since. */
export const movesOn = (before: ReadStatus | undefined, { tenantId, status }: ReadStatus): boolean =>
  before !== undefined &&
  before.tenantId === tenantId &&
  before.status.deployment_id === status.deployment_id &&
  before.status.state === status.state &&
  status.reason === null &&
  progressText(status) !== '';

const STATE_CHARACTERS = 'STANDBY_STAGED'.length;

/** One status for people, on one line: time, tenant, router, state, deployment, and why. */
export function statusLine({ tenantId, status }: ReadStatus): string {
  const { state, reason } = status;
  return [
    new Date(status.occurred_at).toISOString().slice(11, 23),
    tenantId.padEnd(10),
    status.router_id.padEnd(14),
    colouredState(state) + ' '.repeat(Math.max(0, STATE_CHARACTERS - state.length)),
    status.deployment_id,
    reason === null ? progressText(status) : colors.dim(`${reason.code}: ${reason.text}`),
  ]
    .join('  ')
    .trimEnd();
}
