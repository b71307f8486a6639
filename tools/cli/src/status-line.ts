import { isTerminalState } from '@vecino/foundation';
import colors from 'picocolors';
import { type ReadStatus } from './status-feed.js';

/** Green for success, red for any other end, cyan on the way. */
export function colouredState(state: string): string {
  if (state === 'SUCCEEDED') return colors.green(state);
  return isTerminalState(state) ? colors.red(state) : colors.cyan(state);
}

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
    reason === null ? '' : colors.dim(`${reason.code}: ${reason.text}`),
  ]
    .join('  ')
    .trimEnd();
}
