import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import { type CommandContext } from './command.js';

/** Runs a tool as a program of its own, so that no command loads what only that needs. */
export async function runToolProgram(
  { repository, exit }: CommandContext,
  tool: 'bench' | 'chaos',
  args: readonly string[],
): Promise<void> {
  const main = join(repository.root, 'tools', tool, 'dist', 'main.js');
  const child = spawn(process.execPath, [main, ...args], { stdio: 'inherit' });
  // Ctrl-C reaches both; the child ends what it started first.
  const wait = () => child.kill('SIGTERM');
  process.on('SIGTERM', wait);
  process.on('SIGINT', () => undefined);
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
}
