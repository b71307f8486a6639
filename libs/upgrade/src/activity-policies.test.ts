import { ACTIVITY_POLICIES, UPGRADE_TIMING, type ActivityPolicy } from './index.js';

const policies: readonly [string, ActivityPolicy][] = Object.entries(ACTIVITY_POLICIES);

describe('the policy of', () => {
  it.each(policies)(
    '%s notices a lost worker before the attempt is over, and gives up some time',
    (_step, policy) => {
      expect(policy.heartbeatMs).toBeLessThan(policy.startToCloseMs);
      expect(policy.retry.maximumAttempts).toBeGreaterThan(1);
      expect(policy.retry.backoff).toBeGreaterThan(1);
      if (policy.scheduleToCloseMs !== undefined) {
        expect(policy.scheduleToCloseMs).toBeGreaterThanOrEqual(policy.startToCloseMs);
      }
    },
  );

  it.each(policies.filter(([, { retry }]) => retry.maximumFaults !== undefined))(
    '%s outlasts more lost workers than faults of its router',
    (_step, { retry }) => {
      expect(retry.maximumAttempts).toBeGreaterThanOrEqual(5 * (retry.maximumFaults ?? NaN));
    },
  );

  it('reboot leaves an attempt time to wait out a lost Reboot', () => {
    expect(ACTIVITY_POLICIES.reboot.startToCloseMs).toBeGreaterThan(
      UPGRADE_TIMING.neverAcceptedAfterMs + 30_000,
    );
  });

  it('waitUp leaves time to notice that the reboot never started', () => {
    expect(ACTIVITY_POLICIES.waitUp.startToCloseMs).toBeGreaterThan(2 * UPGRADE_TIMING.neverStartedAfterMs);
  });

  it('waitUp and verify give up by themselves, with an outcome, before Temporal does without one', () => {
    const { returnWithinMs, verifyWithinMs } = UPGRADE_TIMING;
    expect(ACTIVITY_POLICIES.waitUp.startToCloseMs - returnWithinMs).toBeGreaterThanOrEqual(30_000);
    expect(ACTIVITY_POLICIES.verify.startToCloseMs - verifyWithinMs).toBeGreaterThanOrEqual(30_000);
  });

  it.each(['waitUp', 'verify'] as const)('%s outlasts hours without a free slot', (step) => {
    const { scheduleToCloseMs, startToCloseMs } = ACTIVITY_POLICIES[step];
    expect(scheduleToCloseMs - startToCloseMs).toBeGreaterThanOrEqual(3 * 3_600_000);
  });
});
