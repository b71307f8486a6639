import { InvalidArgumentError } from 'commander';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `90s`, `2m`, `500ms`, `1h`, `7d`; a number alone is seconds. */
export function durationArgument(text: string): number {
  const [, number, unit = 's'] = /^(\d{1,9})(ms|s|m|h|d)?$/.exec(text) ?? [];
  const ms = Number(number) * (UNIT_MS[unit] ?? NaN);
  if (ms > 0) return ms;
  throw new InvalidArgumentError('that is no length of time such as 90s or 2m.');
}
