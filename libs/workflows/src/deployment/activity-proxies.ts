import { proxyActivities, type ActivityFunction, type ActivityOptions } from '@temporalio/workflow';
import { ACTIVITY_POLICIES, type ActivityPolicy, type UpgradeStep } from '@vecino/upgrade';
import type { DeviceActivities } from '../api/device-activities.js';

const optionsOf = (policy: ActivityPolicy): ActivityOptions => ({
  startToCloseTimeout: policy.startToCloseMs,
  heartbeatTimeout: policy.heartbeatMs,
  ...(policy.scheduleToCloseMs === undefined ? {} : { scheduleToCloseTimeout: policy.scheduleToCloseMs }),
  retry: {
    initialInterval: policy.retry.initialIntervalMs,
    backoffCoefficient: policy.retry.backoff,
    maximumInterval: policy.retry.maximumIntervalMs,
    maximumAttempts: policy.retry.maximumAttempts,
  },
  // Cancelled is what the activity says once it has cleaned up, not what we hope.
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
});

/** A step with the timeouts and retries that `@vecino/upgrade` lays down for it; runs on the given task queue, or the workflow's own. */
export function step<S extends UpgradeStep & keyof DeviceActivities>(
  name: S,
  taskQueue?: string,
): DeviceActivities[S] {
  const options = {
    ...optionsOf(ACTIVITY_POLICIES[name]),
    ...(taskQueue === undefined ? {} : { taskQueue }),
  };
  return proxyActivities<Record<S, ActivityFunction>>(options)[name] as unknown as DeviceActivities[S];
}
