import {
  ACTIVITY_POLICIES,
  NEVER_ACCEPTED_AFTER_MS,
  REBOOT_NEVER_STARTED_AFTER_MS,
  type ActivityPolicy,
} from './index.js';

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

  it('reboot leaves an attempt time to wait out a lost Reboot', () => {
    expect(ACTIVITY_POLICIES.reboot.startToCloseMs).toBeGreaterThan(NEVER_ACCEPTED_AFTER_MS + 30_000);
  });

  it('waitUp leaves time to notice that the reboot never started', () => {
    expect(ACTIVITY_POLICIES.waitUp.startToCloseMs).toBeGreaterThan(2 * REBOOT_NEVER_STARTED_AFTER_MS);
  });

  it.each(['waitUp', 'verify'] as const)('%s outlasts hours without a free slot', (step) => {
    const { scheduleToCloseMs, startToCloseMs } = ACTIVITY_POLICIES[step];
    expect(scheduleToCloseMs - startToCloseMs).toBeGreaterThanOrEqual(3 * 3_600_000);
  });
});
