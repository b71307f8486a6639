import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findExecutable, type ManagedProcess, type RunningPart } from '@vecino/devstack';
import { during, everybody, type Fault } from '../fault.js';
import { type Ground } from '../ground.js';
import { ownPart } from './server-faults.js';

const LASTS_MS = 10_000;
const LASTS_OVER_MS = 6_000;
const SYNCS = 'fsync,fdatasync,sync_file_range,msync';
const STRACE_ENDS_WITHIN_MS = 10_000;
const KNOWN_WITHIN_MS = 2_000;

const noStrace = (): string | undefined =>
  findExecutable('strace', process.env) === undefined
    ? 'system calls cannot be tampered with: install strace'
    : undefined;

/** Which calls to put a file on disk were tampered with, as strace(1) marks them. */
async function tamper(pid: number, injection: string, forMs: number): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), 'vecino-strace-'));
  const file = join(dir, 'calls');
  const child = spawn(
    'strace',
    ['-f', '-q', '-o', file, '-p', String(pid), '-e', `trace=${SYNCS}`, '-e', `inject=${SYNCS}:${injection}`],
    { stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
  try {
    await Promise.race([sleep(forMs), ended]);
    // At SIGINT it lets go of the process, which goes on.
    child.kill('SIGINT');
    await Promise.race([ended, sleep(STRACE_ENDS_WITHIN_MS).then(() => child.kill('SIGKILL'))]);
    return readFileSync(file, 'utf8').match(/\((DELAYED|INJECTED)\)/g)?.length ?? 0;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const runningParts = ({ platform }: Ground): readonly RunningPart[] =>
  platform.path.platform.stack.parts.filter(({ process }) => process !== undefined);

const slow: Fault = {
  summary: 'every fsync of Kafka, Temporal and Redis takes 300 ms longer',
  concerns: everybody,
  missing: noStrace,
  strike: (ground) =>
    during(async () => {
      const forMs = LASTS_MS + ground.choices.below(LASTS_OVER_MS);
      const counts = await Promise.all(
        runningParts(ground).map(async ({ name, process }) => {
          const count = await tamper(process?.pid ?? 0, 'delay_enter=300000', forMs);
          return { name, count };
        }),
      );
      const felt = counts.filter(({ count }) => count > 0);
      return felt.length > 0
        ? felt.map(({ name, count }) => `${count} of ${name} delayed`).join(', ')
        : undefined;
    }),
};

/** One server's disk refuses to keep anything; one that ends by that is started again, as an operator would. */
const failing: Fault = {
  summary: 'fsync of one server fails with EIO for a while',
  concerns: everybody,
  missing: noStrace,
  strike: (ground) =>
    during(async () => {
      const part = ground.choices.pick(runningParts(ground));
      const { process, restart } = ownPart(ground, part.name);
      const count = await tamper(process.pid, 'error=EIO', LASTS_MS);
      const died = !(await runsOn(process));
      if (died) await restart();
      return count > 0 ? `${count} of ${part.name} failed${died ? ', which ended by it' : ''}` : undefined;
    }),
};

/** A process that ends is known to have ended a moment later. */
const runsOn = (process: ManagedProcess): Promise<boolean> =>
  Promise.race([process.exited.then(() => false), sleep(KNOWN_WITHIN_MS, true)]);

export const DISK_FAULTS = { 'slow-fsync': slow, 'failing-fsync': failing } satisfies Record<string, Fault>;
