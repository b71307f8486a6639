import { assertNever } from '@vecino/foundation';
import type { ClosedDeployment, DeploymentOutcome } from '../api/projector-activities.js';

/** The terminal that a close means. */
export function terminalOf(closed: ClosedDeployment): DeploymentOutcome {
  if (closed.outcome !== undefined) return closed.outcome;
  switch (closed.kind) {
    case 'completed':
    case 'failed':
    case 'never-ran':
      return {
        state: 'FAILED',
        reason: { code: 'WORKFLOW_FAILED', text: closed.message ?? 'the workflow failed without a report' },
      };
    case 'cancelled':
      return {
        state: 'CANCELLED',
        reason: { code: 'CANCELLED_BY_OPERATOR', text: 'cancelled before the reboot was sent' },
      };
    case 'terminated':
      return {
        state: 'TERMINATED',
        reason: {
          code: 'TERMINATED_FROM_OUTSIDE',
          text: `terminated from outside: ${closed.message ?? 'no reason given'}`,
        },
      };
    case 'timed-out':
      return {
        state: 'TIMED_OUT',
        reason: { code: 'EXECUTION_TIMED_OUT', text: 'the workflow ran into its execution timeout' },
      };
    case 'not-found':
      return {
        state: 'FAILED',
        reason: {
          code: 'DEVICE_STATE_UNKNOWN',
          text: 'the workflow closed and its outcome is no longer retained; check the router',
        },
      };
    default:
      return assertNever(closed.kind);
  }
}

/**
 * After these the router may be anything but at rest: the deployment's activity may still be at work, or nobody knows
 * what the router runs. It stays locked until it says so itself.
 */
export function leavesRouterUnknown(closed: ClosedDeployment): boolean {
  if (closed.kind === 'terminated' || closed.kind === 'timed-out') return true;
  if (closed.outcome?.routerUnknown === true) return true;
  const { code } = terminalOf(closed).reason;
  return code === 'DEVICE_STATE_UNKNOWN' || code === 'DEVICE_DID_NOT_RETURN';
}
