import {
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/common';
import { isTerminalState } from '@vecino/foundation';
import type { ClosedDeployment, DeploymentOutcome } from '../api/projector-activities.js';

/** The outcome that a deployment put into the failure with which it ended. */
export function outcomeOf(failure: unknown): DeploymentOutcome | undefined {
  if (!(failure instanceof ApplicationFailure)) return undefined;
  const report = failure.details?.[0] as Partial<DeploymentOutcome> | undefined;
  if (
    report === undefined ||
    report === null ||
    typeof report.state !== 'string' ||
    !isTerminalState(report.state)
  )
    return undefined;
  return report.reason === undefined ? undefined : (report as DeploymentOutcome);
}

/** How a workflow closed, from the cause of its failure. */
export function closeOf(workflowId: string, runId: string, cause: unknown): ClosedDeployment {
  const outcome = outcomeOf(cause);
  const message = cause instanceof Error ? cause.message : String(cause);
  const closed = { workflowId, runId, message };
  if (cause instanceof CancelledFailure) return { ...closed, kind: 'cancelled' };
  if (cause instanceof TerminatedFailure) return { ...closed, kind: 'terminated' };
  if (cause instanceof TimeoutFailure) return { ...closed, kind: 'timed-out' };
  return { ...closed, kind: 'failed', ...(outcome === undefined ? {} : { outcome }) };
}

/** How one of the gate's own children closed. */
export const childCloseOf = (workflowId: string, runId: string, error: unknown): ClosedDeployment =>
  closeOf(workflowId, runId, error instanceof ChildWorkflowFailure ? error.cause : error);
