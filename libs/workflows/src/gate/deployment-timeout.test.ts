import {
  ACTIVITY_POLICIES,
  MAX_POLICY_WAIT_SECONDS,
  REBOOTING_CALL_DEADLINES,
  UPGRADE_TIMING,
} from '@vecino/upgrade';
import { DEPLOYMENT_TIMEOUT_MS, SETTLE_MS } from './deployment-timeout.js';

const MINUTE = 60_000;

test('a deployment that uses up every wait, forward and back, is not ended by its timeout', () => {
  const { install, installStandby, waitUp, verify, soak, postcheck } = ACTIVITY_POLICIES;
  const once = [soak, postcheck].reduce((sum, policy) => sum + policy.startToCloseMs, 0);
  const bothWays = [install, installStandby, waitUp, verify].reduce(
    (sum, policy) => sum + 2 * policy.scheduleToCloseMs,
    0,
  );
  const soakAndRecovery = 2 * MAX_POLICY_WAIT_SECONDS * 1_000;
  expect(DEPLOYMENT_TIMEOUT_MS).toBeGreaterThan(once + bothWays + soakAndRecovery);
  // For as long a stuck one keeps its router.
  expect(DEPLOYMENT_TIMEOUT_MS).toBeLessThan(3 * 24 * 60 * MINUTE);
});

test('the router of a killed deployment is asked only when its last Reboot must have begun, or never will', () => {
  const publishMs = 5_000;
  const { neverAcceptedAfterMs } = UPGRADE_TIMING;
  for (const { heartbeatMs } of Object.values(ACTIVITY_POLICIES))
    for (const deadlineMs of Object.values(REBOOTING_CALL_DEADLINES))
      expect(SETTLE_MS).toBeGreaterThan(heartbeatMs + publishMs + deadlineMs + neverAcceptedAfterMs);
});
