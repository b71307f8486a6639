import { guide } from '../command-guide.js';
import { type RegisterCommand } from '../command.js';
import { runToolProgram } from '../tool-program.js';

export const registerChaos: RegisterCommand = (program, context) => {
  const command = program
    .command('chaos')
    .description('break a platform of its own on purpose, and judge what happened; `chaos --help` lists how')
    .argument('[arguments...]')
    .helpOption(false)
    .allowUnknownOption()
    .action((args: readonly string[]) => runToolProgram(context, 'chaos', args));
  guide(command, {
    examples: [{ run: 'chaos --help', does: 'what can be broken' }],
    prints: { none: 'a program of its own, which writes its report with --json FILE' },
    reads: ['start'],
  });
};
