import { chmod, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { unfinished } from './cache-lock.js';

export interface Placement {
  /** Cache folder, locked by the caller. */
  readonly dir: string;
  /** Final path of the program, below `dir`. */
  readonly path: string;
  /** Name under which `make` leaves it. */
  readonly made: string;
}

/** Lets `make` put a program into a fresh folder and moves it to its final name only when it is whole. */
export async function placeAtomically(
  { dir, path, made }: Placement,
  make: (work: string) => Promise<void>,
): Promise<void> {
  const work = await unfinished(dir);
  try {
    await make(work);
    await chmod(join(work, made), 0o755);
    await rename(join(work, made), path);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
