import { writeFile } from 'node:fs/promises';
import { silentProgress } from '@vecino/devstack';
import type { Bench } from './bench.js';
import { e2e } from './e2e.js';
import { image } from './image.js';
import { intake } from './intake.js';
import { latency } from './latency.js';
import { routers } from './routers.js';
import { type BenchReport, commitOf, machine, repositoryRoot } from './report.js';

export const BENCHES: readonly Bench[] = [intake, e2e, latency, routers, image];

export interface RunBenchOptions {
  readonly name: string;
  readonly rounds?: number;
  /** See `BenchContext`. */
  readonly mib?: number;
  /** File for the report. */
  readonly json?: string;
  print(line: string): void;
}

/** Runs one benchmark and reports it; throws when there is none of that name. */
export async function runBench(options: RunBenchOptions): Promise<BenchReport> {
  const bench = BENCHES.find(({ name }) => name === options.name);
  if (bench === undefined)
    throw new Error(`no bench "${options.name}"; there are ${BENCHES.map(({ name }) => name).join(', ')}`);
  const rounds = options.rounds ?? bench.defaultRounds;
  const { mib, print } = options;
  const measured = await bench.run({
    rounds,
    progress: silentProgress,
    print,
    ...(mib !== undefined && { mib }),
  });
  const report: BenchReport = {
    name: bench.name,
    command: `./vecino bench ${bench.name} --rounds ${rounds}${mib === undefined ? '' : ` --mib ${mib}`}`,
    date: new Date().toISOString(),
    commit: commitOf(repositoryRoot()),
    machine: machine(),
    ...measured,
  };
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
  if (report.ratio !== undefined) options.print(`ratio ${JSON.stringify(report.ratio)}`);
  options.print(`figures ${JSON.stringify(report.figures)}`);
  return report;
}
