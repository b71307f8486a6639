import { Command } from 'commander';
import { BENCHES, runBench } from './run-bench.js';

const wholeNumber = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`"${text}" is no whole number from 1`);
  return value;
};

const program = new Command('vecino bench')
  .description(
    ['Benchmarks, each side by side in one run:', ...BENCHES.map((b) => `  ${b.name}: ${b.summary}`)].join(
      '\n',
    ),
  )
  .argument('<name>', BENCHES.map(({ name }) => name).join(' | '))
  .option('--rounds <n>', 'rounds, interleaved', wholeNumber)
  .option('--mib <n>', 'image: its size in MiB', wholeNumber)
  .option('--json <file>', 'write the report there')
  .action(async (name: string, options: { rounds?: number; mib?: number; json?: string }) => {
    await runBench({ name, ...options, print: (line) => process.stdout.write(`${line}\n`) });
  });

program.parseAsync().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`vecino bench: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
