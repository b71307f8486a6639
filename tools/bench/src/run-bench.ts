import { writeFile } from 'node:fs/promises';
import { silentProgress } from '@vecino/devstack';
import type { Bench } from './bench.js';
import { e2e } from './e2e.js';
import { fairness } from './fairness.js';
import { gate } from './gate.js';
import { image } from './image.js';
import { intake } from './intake.js';
import { latency } from './latency.js';
import { routers } from './routers.js';
import { scale } from './scale.js';
import { telemetry } from './telemetry.js';
import { tenants } from './tenants.js';
import { type BenchReport, commitOf, machine, repositoryRoot } from './report.js';
import { type ChosenSizes, sizesOf } from './sizes.js';

export const BENCHES: readonly Bench[] = [
  intake,
  e2e,
  latency,
  routers,
  image,
  gate,
  fairness,
  tenants,
  scale,
  telemetry,
];

export interface RunBenchOptions {
  readonly name: string;
  readonly rounds?: number;
  /** See `BenchContext`. */
  readonly mib?: number;
  readonly sizes?: ChosenSizes;
  /** All of the bench's where left out. */
  readonly only?: readonly string[];
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
  const { mib, sizes = {}, print } = options;
  const parts = partsOf(bench, options.only);
  sizesOf(bench.sizes ?? {}, sizes);
  const measured = await bench.run({
    rounds,
    sizes,
    parts,
    print,
    progress: silentProgress,
    ...(mib !== undefined && { mib }),
  });
  const report: BenchReport = {
    name: bench.name,
    command: commandOf(bench, rounds, options),
    date: new Date().toISOString(),
    commit: commitOf(repositoryRoot()),
    machine: machine(),
    ...measured,
  };
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
  if (report.ratio !== undefined) options.print(`ratio ${JSON.stringify(report.ratio)}`);
  options.print(`figures ${JSON.stringify(report.figures)}`);
  for (const { what, value, bar, kept } of report.bars ?? [])
    options.print(`${kept ? '✓' : '✗'} ${what}: ${value} (${bar})`);
  return report;
}

function partsOf({ name, parts = [] }: Bench, only: readonly string[] = parts): readonly string[] {
  const unknown = only.find((part) => !parts.includes(part));
  if (unknown !== undefined)
    throw new Error(`bench ${name} has no part "${unknown}"; it has ${parts.join(', ') || 'none'}`);
  return only;
}

const commandOf = ({ name }: Bench, rounds: number, { mib, sizes = {}, only }: RunBenchOptions): string =>
  [
    `./vecino bench ${name} --rounds ${rounds}`,
    ...(mib === undefined ? [] : [`--mib ${mib}`]),
    ...(only === undefined ? [] : [`--only ${only.join(',')}`]),
    ...Object.entries(sizes).map(([size, values]) => `--size ${size}=${values.join(',')}`),
  ].join(' ');
