/** Milliseconds since the Unix epoch. */
export type EpochMs = number;

/** Where code outside workflows reads the time, so that tests can set it. */
export interface Clock {
  now(): EpochMs;
}

export const systemClock: Clock = { now: () => Date.now() };
