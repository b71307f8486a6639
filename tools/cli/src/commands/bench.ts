import { type RegisterCommand } from '../command.js';
import { runToolProgram } from '../tool-program.js';

export const registerBench: RegisterCommand = (program, context) => {
  program
    .command('bench')
    .description('measure, side by side in one run; `bench --help` lists what')
    .argument('[arguments...]')
    .helpOption(false)
    .allowUnknownOption()
    .action((args: readonly string[]) => runToolProgram(context, 'bench', args));
};
