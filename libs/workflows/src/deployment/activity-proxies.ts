import { proxyActivities, type ActivityFunction, type ActivityOptions } from '@temporalio/workflow';
import { ACTIVITY_POLICIES, type ActivityPolicy, type UpgradeStep } from '@vecino/upgrade';
import type { DeploymentTuning } from '../api/deployment-input.js';
import type { DeviceActivities } from '../api/device-activities.js';

export interface StepOptions {
  /** Of the workflow itself where left out. */
  readonly taskQueue?: string;
  readonly tuning?: DeploymentTuning | undefined;
  /** On top of the policy's start-to-close: what the tenant's own policy asks the step to wait. */
  readonly extraMs?: number;
}

const optionsOf = (
  policy: ActivityPolicy,
  { taskQueue, tuning, extraMs = 0 }: StepOptions,
): ActivityOptions => ({
  startToCloseTimeout: policy.startToCloseMs + extraMs,
  heartbeatTimeout: tuning?.heartbeatMs ?? policy.heartbeatMs,
  ...(policy.scheduleToCloseMs === undefined ? {} : { scheduleToCloseTimeout: policy.scheduleToCloseMs }),
  retry: {
    initialInterval: Math.min(policy.retry.initialIntervalMs, tuning?.maximumIntervalMs ?? Infinity),
    backoffCoefficient: policy.retry.backoff,
    maximumInterval: tuning?.maximumIntervalMs ?? policy.retry.maximumIntervalMs,
    maximumAttempts: policy.retry.maximumAttempts,
  },
  // Cancelled is what the activity says once it has cleaned up, not what we hope.
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  ...(taskQueue === undefined ? {} : { taskQueue }),
});

/** A step with the timeouts and retries that `@vecino/upgrade` lays down for it. */
export function step<S extends UpgradeStep & keyof DeviceActivities>(
  name: S,
  options: StepOptions = {},
): DeviceActivities[S] {
  const activities = proxyActivities<Record<S, ActivityFunction>>(
    optionsOf(ACTIVITY_POLICIES[name], options),
  );
  return activities[name] as unknown as DeviceActivities[S];
}
