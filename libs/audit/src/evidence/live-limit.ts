/** A limit that is changed while it holds. Times in milliseconds since the Unix epoch. */
export interface LiveLimit {
  readonly initial: number;
  readonly changes: readonly LimitChange[];
}

export interface LimitChange {
  readonly value: number;
  /** When the registry was asked for it: nobody can act on it earlier. */
  readonly asked: number;
  /** When the registry had it. */
  readonly written: number;
}

/** Within so long after it was written a change holds everywhere. */
export const REACHES_ALL_WITHIN_MS = 5_000;

/**
 * The most that may have been in force at a time between the two: a raised limit from the moment it is asked for, a lowered
 * one as soon as it must have reached everybody.
 */
export function mostInForce({ initial, changes }: LiveLimit, from: number, to: number = from): number {
  const phases = [{ value: initial, asked: -Infinity, written: -Infinity }, ...changes];
  return Math.max(
    ...phases.flatMap(({ value, asked }, index) => {
      const next = phases[index + 1];
      const over = next === undefined ? Infinity : next.written + REACHES_ALL_WITHIN_MS;
      return asked <= to && from < over ? [value] : [];
    }),
  );
}
