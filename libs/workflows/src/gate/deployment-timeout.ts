import {
  ACTIVITY_POLICIES,
  type ActivityPolicy,
  MAX_POLICY_WAIT_SECONDS,
  REBOOTING_CALL_DEADLINES,
  UPGRADE_TIMING,
  type UpgradeStep,
} from '@vecino/upgrade';

const HOUR_MS = 3_600_000;

/** Further attempts of a step that waits inside its attempt only replace lost workers: they need no time of their own. */
const STEP_AT_MOST_MS = 4 * HOUR_MS;
/** A tenant's soak time, and its routers' time to recover. */
const LONGEST_WAITS_MS = 2 * MAX_POLICY_WAIT_SECONDS * 1_000;

/** The steps of an upgrade that is rolled back with its old image gone, which is the longest way through one. */
const LONGEST_WAY: readonly UpgradeStep[] = [
  'precheck',
  'install',
  'installStandby',
  'arm',
  'reboot',
  'waitUp',
  'verify',
  'soak',
  'postcheck',
  'rebaseline',
  'arm',
  'reboot',
  'install',
  'installStandby',
  'arm',
  'reboot',
  'waitUp',
  'verify',
  'disarm',
  'recordEvidence',
];

const budgetOf = ({ startToCloseMs, scheduleToCloseMs, retry }: ActivityPolicy): number =>
  scheduleToCloseMs ??
  Math.min(
    (retry.maximumFaults ?? retry.maximumAttempts) * (startToCloseMs + retry.maximumIntervalMs),
    STEP_AT_MOST_MS,
  );

/**
 * No upgrade takes this long: the budgets of all steps of the longest way. Only a deployment that is stuck for a reason
 * that nobody thought of is ended by it.
 */
export const DEPLOYMENT_TIMEOUT_MS =
  LONGEST_WAY.reduce((sum, step) => sum + budgetOf(ACTIVITY_POLICIES[step]), 0) + LONGEST_WAITS_MS;

const PUBLISH_TIMEOUT_MS = 5_000;
const MARGIN_MS = 5_000;

/**
 * From the end of a deployment that was killed until its router is asked. One look that shows nothing pending proves nothing
 * before: the activity may not have noticed for a heartbeat, may then be publishing, its last Reboot may be accepted until
 * the call's deadline, and one that was accepted may not show for as long again as a retry waits before it sends another.
 */
export const SETTLE_MS =
  Math.max(...Object.values(ACTIVITY_POLICIES).map(({ heartbeatMs }) => heartbeatMs)) +
  PUBLISH_TIMEOUT_MS +
  Math.max(...Object.values(REBOOTING_CALL_DEADLINES)) +
  UPGRADE_TIMING.neverAcceptedAfterMs +
  MARGIN_MS;
