import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import { type CommandContext, type RegisterCommand } from '../command.js';

export const registerBench: RegisterCommand = (program, context) => {
  program
    .command('bench')
    .description('measure, side by side in one run; `bench --help` lists what')
    .argument('[arguments...]')
    .helpOption(false)
    .allowUnknownOption()
    .action((args: readonly string[]) => bench(context, args));
};

/** A program of its own, so that no command loads what only measuring needs. */
async function bench({ repository, exit }: CommandContext, args: readonly string[]): Promise<void> {
  const main = join(repository.root, 'tools', 'bench', 'dist', 'main.js');
  const child = spawn(process.execPath, [main, ...args], { stdio: 'inherit' });
  // Ctrl-C reaches both; the child ends what it started first.
  const wait = () => child.kill('SIGTERM');
  process.on('SIGTERM', wait);
  process.on('SIGINT', () => undefined);
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
}
