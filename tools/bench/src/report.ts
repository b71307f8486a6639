import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

/** One comparison or measurement within a run; rates per second, times in milliseconds. */
export type Round = Readonly<Record<string, number>>;

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** What every bench writes with `--json`. */
export interface BenchReport {
  readonly name: string;
  readonly command: string;
  readonly date: string;
  readonly commit: string;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly rounds: readonly Round[];
  /** Of the two sides of each round; absent where nothing is compared. */
  readonly ratio?: Spread;
  readonly figures: Readonly<Record<string, number | string | Spread>>;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), min: sorted[0] ?? NaN, max: sorted.at(-1) ?? NaN };
}

/** Nearest rank. `sorted` in ascending order. */
export function quantile(sorted: readonly number[], q: number): number {
  const rank = Math.max(0, Math.ceil(sorted.length * q) - 1);
  return sorted[rank] ?? NaN;
}

/** Cuts, never rounds up. */
export const cut = (value: number, digits = 2): number => Math.floor(value * 10 ** digits) / 10 ** digits;

export const spreadOf = (rounds: readonly Round[], figure: string, digits = 2): Spread => {
  const { median, min, max } = spread(rounds.map((round) => round[figure] ?? NaN));
  return { median: cut(median, digits), min: cut(min, digits), max: cut(max, digits) };
};

export function machine(): BenchReport['machine'] {
  const [cpu] = cpus();
  return {
    cpu: cpu?.model ?? 'unknown',
    cores: cpus().length,
    memory_gib: Math.floor(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  };
}

export function commitOf(root: string): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

export const repositoryRoot = (): string => join(__dirname, '..', '..', '..');
