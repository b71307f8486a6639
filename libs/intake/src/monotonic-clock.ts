import type { Clock } from '@vecino/foundation';

/** Milliseconds since the Unix epoch as this process saw it at its start, from there on without steps: for measuring. */
export const monotonicClock: Clock = { now: () => Math.floor(performance.timeOrigin + performance.now()) };
