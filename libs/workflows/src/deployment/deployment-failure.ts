import { ActivityFailure } from '@temporalio/workflow';
import type { DeploymentOutcome } from '../api/projector-activities.js';
import { outcomeOf } from '../gate/child-close.js';

/** The outcome that the failure of a step carries, or one that says that none did: a timeout, or a fault in our code. */
export function reportOf(error: unknown): DeploymentOutcome {
  const ofActivity = error instanceof ActivityFailure;
  const cause = ofActivity ? error.cause : error;
  const reported = outcomeOf(cause);
  if (reported !== undefined) return reported;
  const text = `${ofActivity ? `${error.activityType}: ` : ''}${cause instanceof Error ? cause.message : String(cause)}`;
  return { state: 'FAILED', reason: { code: ofActivity ? 'DEVICE_STATE_UNKNOWN' : 'WORKFLOW_FAILED', text } };
}
