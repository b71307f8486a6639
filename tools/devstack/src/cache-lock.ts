import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import type { Progress } from './progress.js';

const STALE_AFTER_MS = 20_000;
const RETRY_EVERY_MS = 500;
const UNFINISHED = 'unfinished-';

/**
 * Runs `work` while no other process, of this clone or another, prepares the same folder.
 * A holder that was killed loses the lock after twenty seconds.
 */
export async function withCacheLock<T>(dir: string, progress: Progress, work: () => Promise<T>): Promise<T> {
  await mkdir(dir, { recursive: true });
  const release = await acquire(dir, progress);
  try {
    await removeUnfinished(dir);
    return await work();
  } finally {
    await release();
  }
}

/** A folder below the cache for what is not whole yet; one that was left behind is removed by whoever prepares next. */
export const unfinished = (dir: string): Promise<string> => mkdtemp(join(dir, UNFINISHED));

async function removeUnfinished(dir: string): Promise<void> {
  const left = (await readdir(dir)).filter((name) => name.startsWith(UNFINISHED));
  await Promise.all(left.map((name) => rm(join(dir, name), { recursive: true, force: true })));
}

async function acquire(dir: string, progress: Progress): Promise<() => Promise<void>> {
  const options = { lockfilePath: join(dir, '.lock'), stale: STALE_AFTER_MS, update: STALE_AFTER_MS / 4 };
  try {
    return await lock(dir, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
  }
  return progress.step(`another process prepares ${dir}: waiting for it`, () =>
    lock(dir, {
      ...options,
      retries: { forever: true, factor: 1, minTimeout: RETRY_EVERY_MS, maxTimeout: RETRY_EVERY_MS },
    }),
  );
}
