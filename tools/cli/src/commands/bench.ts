import { guide } from '../command-guide.js';
import { type RegisterCommand } from '../command.js';
import { runToolProgram } from '../tool-program.js';

export const registerBench: RegisterCommand = (program, context) => {
  const command = program
    .command('bench')
    .description('measure, side by side in one run; `bench --help` lists what')
    .argument('[arguments...]')
    .helpOption(false)
    .allowUnknownOption()
    .action((args: readonly string[]) => runToolProgram(context, 'bench', args));
  guide(command, {
    examples: [
      { run: 'bench gate --json gate.json', does: 'the gate against bare starts; the figures also as JSON' },
    ],
    prints: { none: 'a program of its own, which writes its report with --json FILE' },
    reads: ['start'],
  });
};
