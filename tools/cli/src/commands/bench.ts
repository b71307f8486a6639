import { guide } from '../command-guide.js';
import { type RegisterCommand } from '../command.js';
import { runToolProgram, type ToolOptions } from '../tool-program.js';

/** Of the report of a bench, as that writes it. */
export const BENCH_KEYS = {
  name: 'of the bench',
  command: 'that measures the same again',
  date: 'when it ended, ISO 8601',
  commit: 'of this repository, or `unknown`',
  machine: '`cpu`, `cores`, `memory_gib`, `node`, `platform`',
  rounds: 'what each measured: rates per second, times in milliseconds',
  ratio: 'of the two sides over the rounds: `median`, `min`, `max`; only where two are compared',
  figures: 'what it all comes to',
  bars: 'what had to be shown: `what`, `value`, `bar`, `kept`; only where something had to',
};

export const registerBench: RegisterCommand = (program, context) => {
  const command = program
    .command('bench')
    .description('measure, side by side in one run; `bench --help` lists what')
    .argument('[arguments...]', 'a bench, and its own options')
    .option('--json <file>', 'also write the report there')
    .helpOption(false)
    .allowUnknownOption()
    .action((args: readonly string[], options: ToolOptions) =>
      runToolProgram(context, 'bench', args, options),
    );
  guide(command, {
    examples: [
      { run: 'bench gate --json gate.json', does: 'the gate against bare starts; the figures also as JSON' },
      { run: "bench gate --output json | jq '.bars'", does: 'what had to be shown, and whether it was' },
    ],
    prints: { form: 'object', keys: BENCH_KEYS },
    reads: ['start'],
    exits: { done: 'Every bar was kept.', failed: 'One was not, or there is no report.' },
  });
};
