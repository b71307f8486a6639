import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Bar } from './bar.js';

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
  /** What had to be shown; absent where nothing had to. */
  readonly bars?: readonly Bar[];
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
/** For costs, which are never made to look smaller. */
export const raise = (value: number, digits = 2): number => -cut(-value, digits);

export const spreadOf = (rounds: readonly Round[], figure: string, digits = 2): Spread => {
  const { median, min, max } = spread(rounds.map((round) => round[figure] ?? NaN));
  return { median: cut(median, digits), min: cut(min, digits), max: cut(max, digits) };
};

/** Percentiles in milliseconds, rounded up: a latency is never made to look shorter. */
export function percentiles(name: string, values: readonly number[]): Record<string, number> {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (q: number) => raise(quantile(sorted, q), 0);
  return { [`${name}_p50_ms`]: at(0.5), [`${name}_p95_ms`]: at(0.95), [`${name}_p99_ms`]: at(0.99) };
}

/** Endings per second between the first and the last tenth: neither the start nor the tail, where slots run empty. */
export function middleRate(endings: readonly number[]): number {
  const sorted = [...endings].sort((a, b) => a - b);
  const from = Math.floor(sorted.length * 0.1);
  const to = Math.floor(sorted.length * 0.9);
  return ((to - from) * 1_000) / ((sorted[to] as number) - (sorted[from] as number));
}

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
