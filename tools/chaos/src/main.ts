import { createLineProgress } from '@vecino/devstack';
import { Command } from 'commander';
import { FAULT_KINDS, type FaultKind } from './fault.js';
import { FAULTS, parseKinds } from './faults.js';
import { runChaos } from './run-chaos.js';

interface Options {
  readonly minutes: number;
  readonly seed: string;
  readonly faults?: readonly FaultKind[];
  readonly rate: number;
  readonly json?: string;
  readonly report?: string;
}

const positive = (text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`"${text}" is no number above 0`);
  return value;
};

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());

const print = (line: string): void => void process.stderr.write(`${line}\n`);

const program = new Command('vecino chaos')
  .description(
    'break a platform of its own on purpose while requests flow, let it heal, and judge what happened',
  )
  .option('--minutes <m>', 'how long it is broken', positive, 10)
  .option('--seed <s>', 'of load and faults', String(Date.now()))
  .option('--faults <kinds>', 'with commas; all unless given', parseKinds)
  .option('--rate <r>', 'how many times the usual load, which is about 6 requests a second', positive, 1)
  .option('--json <file>', 'write the report there')
  .option('--report <file>', 'write it there for people, as Markdown')
  .addHelpText(
    'after',
    `\nFaults:\n${FAULT_KINDS.map((kind) => `  ${kind}: ${FAULTS[kind].summary}`).join('\n')}\n\nExit code 0: no violation, enough work, and every fault had its effect.`,
  )
  .action(async (options: Options) => {
    await runChaos(
      {
        ...options,
        kinds: options.faults ?? FAULT_KINDS,
        signal: interrupted.signal,
        progress: createLineProgress(print),
        print,
      },
      () => Promise.resolve(),
    );
  });

program.parseAsync().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`vecino chaos: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
