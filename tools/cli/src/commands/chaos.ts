import { type RegisterCommand } from '../command.js';
import { runToolProgram } from '../tool-program.js';

export const registerChaos: RegisterCommand = (program, context) => {
  program
    .command('chaos')
    .description('break a platform of its own on purpose, and judge what happened; `chaos --help` lists how')
    .argument('[arguments...]')
    .helpOption(false)
    .allowUnknownOption()
    .action((args: readonly string[]) => runToolProgram(context, 'chaos', args));
};
