import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { check, lock } from 'proper-lockfile';

const options = (path: string) => ({
  lockfilePath: `${path}.lock`,
  realpath: false,
  stale: 5_000,
  update: 1_000,
});

/** Claims a name for this process until it ends or releases it; undefined when another process holds it. A holder that was killed loses it within five seconds. */
export async function claim(path: string): Promise<(() => Promise<void>) | undefined> {
  await mkdir(dirname(path), { recursive: true });
  try {
    return await lock(path, options(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return undefined;
    throw error;
  }
}

/** Whether a living process holds the claim. */
export const isClaimed = (path: string): Promise<boolean> => check(path, options(path));
