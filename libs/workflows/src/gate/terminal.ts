import { assertNever, type Reason, type ReasonCode } from '@vecino/foundation';
import { evidenceReference, parseDeploymentWorkflowId } from '../api/names.js';
import type { ClosedDeployment, DeploymentOutcome } from '../api/projector-activities.js';

/** The terminal of a deployment that was cancelled; `by` where it is known who ordered it. */
export const cancelled = (when: string, by: string | undefined): DeploymentOutcome => ({
  state: 'CANCELLED',
  reason: {
    code: 'CANCELLED_BY_OPERATOR',
    text: `cancelled ${by === undefined ? '' : `by ${by} `}${when}`,
  },
});

export const refused = (reason: Reason, details?: DeploymentOutcome['details']): DeploymentOutcome => ({
  state: 'REJECTED',
  reason,
  ...(details === undefined ? {} : { details }),
});

/** The terminal that a close means; `cancelledBy` as far as the gate knows who ordered that. */
export function terminalOf(closed: ClosedDeployment, cancelledBy?: string): DeploymentOutcome {
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
      // A cancelled workflow can't report: it has written its evidence before it closed.
      return {
        ...cancelled('before the reboot was sent', cancelledBy),
        ...evidenceOf(closed.workflowId),
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
 * What frees the router of a closed deployment. `when-idle`: its activity may still be at work, or nobody knows what the
 * router runs; it stays locked until it says so itself. `by-hand`: until a human has seen to it, since nothing that
 * it says tells whether it is fit for another upgrade.
 */
export type Release = 'at-once' | 'when-idle' | 'by-hand';

export function releaseOf(closed: ClosedDeployment): Release {
  const { code } = terminalOf(closed).reason;
  if (code === 'ROLLBACK_FAILED') return 'by-hand';
  if (closed.kind === 'terminated' || closed.kind === 'timed-out') return 'when-idle';
  if (closed.kind === 'failed' && closed.outcome === undefined) return 'when-idle';
  if (closed.outcome?.routerUnknown === true) return 'when-idle';
  return LEFT_UNKNOWN.has(code) ? 'when-idle' : 'at-once';
}

export const leavesRouterUnknown = (closed: ClosedDeployment): boolean => releaseOf(closed) !== 'at-once';

const LEFT_UNKNOWN: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'DEVICE_STATE_UNKNOWN',
  'DEVICE_DID_NOT_RETURN',
]);

function evidenceOf(workflowId: string): Pick<DeploymentOutcome, 'details'> {
  const ids = parseDeploymentWorkflowId(workflowId);
  return ids === undefined
    ? {}
    : { details: { evidence: evidenceReference(ids.tenantId, ids.deploymentId) } };
}
