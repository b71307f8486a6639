import type { Duration } from '@vecino/telemetry/promql';

export type { Duration };

/** The durations of rules as they are written: as given, or for tests all of them so many times shorter. */
export interface Timing {
  /** A window, an interval or a `for`. */
  duration(given: Duration): Duration;
  /** The same in seconds, for comparisons. */
  seconds(given: Duration): number;
}

const UNITS = { d: 86_400, h: 3_600, m: 60, s: 1 } as const;

export function secondsOf(duration: Duration): number {
  const unit = duration.slice(-1) as keyof typeof UNITS;
  return Number(duration.slice(0, -1)) * UNITS[unit];
}

/** `pace`: so many times faster than in production all time of rules goes by. Nothing becomes shorter than a second. */
export function timingOf(pace: number): Timing {
  const seconds = (given: Duration): number => Math.max(1, Math.round(secondsOf(given) / pace));
  return { seconds, duration: (given) => (pace === 1 ? given : `${seconds(given)}s`) };
}
