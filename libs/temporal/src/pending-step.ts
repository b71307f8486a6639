import { temporal } from '@temporalio/proto';
import type { EpochMs } from '@vecino/foundation';

/** A step of a deployment that has not ended: an activity, or the workflow's own next task. */
export interface PendingStep {
  /** The activity's name; `workflow` for the workflow's own task. */
  readonly name: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** `waiting`: no worker has taken it. `running`: one has. `pausing`: it failed, and is tried again at `nextAt`. */
  readonly state: 'waiting' | 'running' | 'pausing';
  /** Since when it is in this state, where Temporal says. */
  readonly since?: EpochMs;
  readonly nextAt?: EpochMs;
  /** Of the attempt before. */
  readonly lastFault?: string;
  /** Process that has it, or had it last. */
  readonly worker?: string;
}

type Described = temporal.api.workflowservice.v1.IDescribeWorkflowExecutionResponse;
type PendingActivity = temporal.api.workflow.v1.IPendingActivityInfo;
type Time = { readonly seconds?: unknown; readonly nanos?: number | null } | null | undefined;

const { PendingActivityState, PendingWorkflowTaskState } = temporal.api.enums.v1;

/** Of an execution that runs, oldest first as Temporal lists them. */
export function pendingSteps({ pendingActivities, pendingWorkflowTask }: Described): PendingStep[] {
  const steps = (pendingActivities ?? []).map(activityStep);
  const isTaken = pendingWorkflowTask?.state === PendingWorkflowTaskState.PENDING_WORKFLOW_TASK_STATE_STARTED;
  if (!pendingWorkflowTask || isTaken) return steps;
  const since = msOf(pendingWorkflowTask.originalScheduledTime ?? pendingWorkflowTask.scheduledTime);
  const attempt = pendingWorkflowTask.attempt ?? 1;
  return [...steps, { name: 'workflow', attempt, state: 'waiting', ...(since !== undefined && { since }) }];
}

function activityStep(activity: PendingActivity): PendingStep {
  const { activityType, attempt, state, scheduledTime, lastStartedTime, lastFailure, lastWorkerIdentity } =
    activity;
  const isRunning =
    state === PendingActivityState.PENDING_ACTIVITY_STATE_STARTED ||
    state === PendingActivityState.PENDING_ACTIVITY_STATE_CANCEL_REQUESTED;
  const nextAt = msOf(activity.nextAttemptScheduleTime);
  const isPausing = !isRunning && nextAt !== undefined && nextAt > Date.now();
  const since = isRunning
    ? msOf(lastStartedTime)
    : isPausing
      ? msOf(activity.lastAttemptCompleteTime)
      : msOf(scheduledTime);
  const fault = lastFailure?.cause?.message || lastFailure?.message;
  return {
    name: activityType?.name ?? '',
    attempt: attempt ?? 1,
    state: isRunning ? 'running' : isPausing ? 'pausing' : 'waiting',
    ...(since !== undefined && { since }),
    ...(isPausing && { nextAt }),
    ...(fault && { lastFault: fault }),
    ...(lastWorkerIdentity && { worker: lastWorkerIdentity }),
  };
}

/** Undefined for none, and for Go's zero time. */
function msOf(time: Time): EpochMs | undefined {
  const seconds = Number(time?.seconds ?? 0);
  return seconds > 0 ? seconds * 1_000 + Math.floor((time?.nanos ?? 0) / 1_000_000) : undefined;
}
