import { PHASE_STATES, TERMINAL_STATES } from '@vecino/foundation';
import { stateLimitMs } from './state-limits.js';
import { DEFAULT_UPGRADE_POLICY } from './upgrade-policy.js';

const MINUTE = 60_000;

test('each state of a running deployment has a limit of minutes to hours', () => {
  for (const state of ['STARTED', ...PHASE_STATES, ...TERMINAL_STATES] as const) {
    const limit = stateLimitMs(state, DEFAULT_UPGRADE_POLICY);
    expect(limit).toBeGreaterThanOrEqual(MINUTE);
    expect(limit).toBeLessThan(24 * 60 * MINUTE);
  }
});

test('what a tenant asks for comes on top', () => {
  const patient = { soakSeconds: 3_600, recoverySeconds: 3_000 };
  const none = { soakSeconds: 0, recoverySeconds: 0 };
  expect(stateLimitMs('SOAKING', patient) - stateLimitMs('SOAKING', none)).toBe(3_600_000);
  expect(stateLimitMs('POSTCHECK', patient) - stateLimitMs('POSTCHECK', none)).toBe(3_000_000);
  expect(stateLimitMs('STAGING', patient)).toBe(stateLimitMs('STAGING', none));
});
