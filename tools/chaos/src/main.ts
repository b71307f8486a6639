import { writeFileSync } from 'node:fs';
import { createLineProgress } from '@vecino/devstack';
import { errorText } from '@vecino/foundation';
import { Command } from 'commander';
import { runBulk } from './bulk-run.js';
import { FAULT_KINDS, type FaultKind } from './fault.js';
import { FAULTS, parseKinds } from './faults.js';
import { floodMarkdown, runFlood } from './flood-run.js';
import { judgeRun } from './judge-run.js';
import { markdownOf, summaryOf } from './report.js';
import { type ChaosOptions, runChaos } from './run-chaos.js';

interface Options {
  readonly minutes: number;
  readonly seed: string;
  readonly faults?: readonly FaultKind[];
  readonly rate: number;
  readonly atOnce: number;
  readonly json?: string;
  readonly report?: string;
  readonly logs?: string;
}

const positive = (text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`"${text}" is no number above 0`);
  return value;
};

const whole = (text: string): number => {
  const value = positive(text);
  if (!Number.isInteger(value)) throw new Error(`"${text}" is no whole number`);
  return value;
};

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => interrupted.abort(new Error('interrupted: nothing was judged')));

const print = (line: string): void => void process.stderr.write(`${line}\n`);

/** What every run is given. */
const around = { signal: interrupted.signal, progress: createLineProgress(print), print };

function writeJson(file: string | undefined, report: object): void {
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}

const program = new Command('vecino chaos')
  // Its other commands have options of the same names.
  .enablePositionalOptions()
  .description(
    'break a platform of its own on purpose while requests flow, let it heal, and judge what happened',
  )
  .option('--minutes <m>', 'how long it is broken', positive, 10)
  .option('--seed <s>', 'of load and faults', String(Date.now()))
  .option('--faults <kinds>', 'with commas; all unless given', parseKinds)
  .option('--rate <r>', 'how many times the usual load, which is about 6 requests a second', positive, 1)
  .option('--at-once <n>', 'faults that are under way at once; the kinds are dealt out', whole, 1)
  .option('--json <file>', 'write the report there')
  .option('--logs <dir>', 'copy the logs of servers and services there')
  .option('--report <file>', 'write it there for people, as Markdown')
  .addHelpText(
    'after',
    `\nFaults:\n${FAULT_KINDS.map((kind) => `  ${kind}: ${FAULTS[kind].summary}`).join('\n')}\n\nExit code 0: no violation, enough work, and every fault had its effect.`,
  )
  .action(async (options: Options) => {
    const chosen: ChaosOptions = {
      ...options,
      kinds: options.faults ?? FAULT_KINDS,
      lanes: options.atOnce,
      ...around,
    };
    const report = await runChaos(chosen, (ended) => judgeRun(chosen, ended));
    writeJson(options.json, report);
    if (options.report !== undefined) writeFileSync(options.report, markdownOf(report));
    print(summaryOf(report));
    if (report.violations.length > 0) throw new Error(`${report.violations.length} violations`);
    if (report.too_little.length > 0) throw new Error('the run shows too little');
  });

program
  .command('bulk')
  .description(
    'very many requests whose deployments do nothing, each service killed three times and Kafka too: what went in must come out, once',
  )
  .option('--requests <n>', 'how many', whole, 100_000)
  .option('--seed <s>', 'of what is killed when', String(Date.now()))
  .option('--json <file>', 'write the report there')
  .action(async (options: { requests: number; seed: string; json?: string }) => {
    const report = await runBulk({ ...options, ...around });
    writeJson(options.json, report);
    const { violations, seconds, kills } = report;
    print(
      `${report.requests} requests in ${seconds} s, ${violations.length} violations; kills: ${JSON.stringify(kills)}`,
    );
    for (const { invariant, subject, text } of violations.slice(0, 20))
      print(`✗ ${invariant} ${subject}: ${text}`);
    if (violations.length > 0) throw new Error(`${violations.length} violations`);
  });

program
  .command('flood')
  .description(
    'tenants of all four routes ask for much more than they may have: the memory of every service must stay flat',
  )
  .option('--minutes <m>', 'how long', positive, 30)
  .option('--rate <r>', 'requests per second of all tenants together', positive, 40)
  .option('--seed <s>', 'of the load', String(Date.now()))
  .option('--json <file>', 'write the report there')
  .option('--report <file>', 'write it there for people, as Markdown with a chart of each service')
  .action(
    async ({
      rate,
      ...options
    }: {
      minutes: number;
      rate: number;
      seed: string;
      json?: string;
      report?: string;
    }) => {
      const report = await runFlood({ ...options, perSecond: rate, ...around });
      writeJson(options.json, report);
      if (options.report !== undefined) writeFileSync(options.report, floodMarkdown(report));
      for (const { service, early_mib, late_mib, growth } of report.memory)
        print(`${service}: ${early_mib} MiB, then ${late_mib} MiB: ${growth}`);
      if (report.too_large.length > 0) throw new Error(report.too_large.join('; '));
    },
  );

program.parseAsync().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`vecino chaos: ${errorText(error)}\n`);
    process.exit(1);
  },
);
