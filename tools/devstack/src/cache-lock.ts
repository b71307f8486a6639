import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import type { Progress } from './progress.js';

const STALE_AFTER_MS = 20_000;
const RETRY_EVERY_MS = 500;

/**
 * Runs `work` while no other process, of this clone or another, prepares the same folder.
 * A holder that was killed loses the lock after twenty seconds.
 */
export async function withCacheLock<T>(dir: string, progress: Progress, work: () => Promise<T>): Promise<T> {
  await mkdir(dir, { recursive: true });
  const release = await acquire(dir, progress);
  try {
    return await work();
  } finally {
    await release();
  }
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
