import { InvalidArgumentError, Option } from 'commander';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `90s`, `2m`, `500ms`, `1h`, `7d`; a number alone is seconds. */
export function durationArgument(text: string): number {
  const [, number, unit = 's'] = /^(\d{1,9})(ms|s|m|h|d)?$/.exec(text) ?? [];
  const ms = Number(number) * (UNIT_MS[unit] ?? NaN);
  if (ms > 0) return ms;
  throw new InvalidArgumentError('that is no length of time such as 90s or 2m.');
}

/** As it is typed: `30m`. */
function durationText(ms: number): string {
  const [unit = 'ms', size = 1] =
    Object.entries(UNIT_MS)
      .toReversed()
      .find(([, each]) => ms % each === 0) ?? [];
  return `${ms / size}${unit}`;
}

/** An option that takes a length of time, in milliseconds; help shows its default as it is typed. */
export const durationOption = (flags: string, description: string, defaultMs: number): Option =>
  new Option(flags, description).argParser(durationArgument).default(defaultMs, durationText(defaultMs));
