import { INTAKE_TIMING, IntakeWindows } from '@vecino/admission';
import type { IntakeLimiter } from './intake-limiter.js';
import { monotonicClock } from './monotonic-clock.js';

/** Counts in this process alone: exact for one replica, from its start on. */
export function createInProcessLimiter(windowMs: number = INTAKE_TIMING.windowMs): IntakeLimiter {
  const windows = new IntakeWindows(windowMs);
  return {
    start: () => Promise.resolve(),
    take: ({ tenantId, limit, wanted }, signal) => {
      if (signal.aborted) return Promise.reject(signal.reason as Error);
      const at = monotonicClock.now();
      return Promise.resolve({ ...windows.take(tenantId, limit(), wanted, at), at });
    },
    fault: () => undefined,
    owns: () => undefined,
    confirmed: () => undefined,
    stop: () => Promise.resolve(),
  };
}
