import { errorText } from '@vecino/foundation';
import { Command } from 'commander';
import type { Bench } from './bench.js';
import { BENCHES, runBench } from './run-bench.js';
import { type ChosenSizes, parseSize, sizeText } from './sizes.js';

const wholeNumber = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`"${text}" is no whole number from 1`);
  return value;
};

const describe = ({ name, summary, sizes, parts }: Bench): string =>
  [
    `  ${name}: ${summary}`,
    ...(parts === undefined ? [] : [`      parts: ${parts.join(' ')}`]),
    ...(sizes === undefined ? [] : [`      sizes: ${sizeText(sizes)}`]),
  ].join('\n');

interface Options {
  readonly rounds?: number;
  readonly mib?: number;
  readonly size?: ChosenSizes;
  readonly only?: readonly string[];
  readonly json?: string;
}

const program = new Command('vecino bench')
  .description(['Benchmarks, each side by side in one run:', ...BENCHES.map(describe)].join('\n'))
  .argument('<name>', BENCHES.map(({ name }) => name).join(' | '))
  .option('--rounds <n>', 'rounds, interleaved', wholeNumber)
  .option('--mib <n>', 'image: its size in MiB', wholeNumber)
  .option('--size <name=value>', 'another size than the default; can be repeated', parseSize)
  .option('--only <parts>', 'parts of the bench, with commas', (text) => text.split(','))
  .option('--json <file>', 'write the report there')
  .action(async (name: string, { size, ...options }: Options) => {
    const report = await runBench({
      ...options,
      ...(size !== undefined && { sizes: size }),
      name,
      print: (line) => process.stdout.write(`${line}\n`),
    });
    const missed = (report.bars ?? []).filter(({ kept }) => !kept);
    if (missed.length > 0) throw new Error(`not kept: ${missed.map(({ what }) => what).join('; ')}`);
  });

program.parseAsync().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`vecino bench: ${errorText(error)}\n`);
    process.exit(1);
  },
);
