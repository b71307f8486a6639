import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { thisRepository } from '@vecino/cli';
import { type TenantPlatform } from './tenant-platform.js';

/** A command of the command line in a process of its own, so that it can be killed. */
export interface VecinoProcess {
  /** Settles when it has ended, with all that it said. */
  readonly ended: Promise<{ readonly code: number | null; readonly said: string }>;
  kill(): Promise<void>;
}

export function startVecino({ path: { platform } }: TenantPlatform, args: readonly string[]): VecinoProcess {
  const entry = join(thisRepository().root, 'tools', 'cli', 'dist', 'main.js');
  const child: ChildProcess = spawn(process.execPath, [entry, ...args], {
    env: { ...process.env, ...platform.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<{ code: number | null; said: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, said }));
  });
  return {
    ended,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
