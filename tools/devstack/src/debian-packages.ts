import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unfinished, withCacheLock } from './cache-lock.js';
import type { Progress } from './progress.js';
import { runCommand } from './run-command.js';

export interface DebianUnpacking {
  readonly packages: readonly string[];
  /** Cache folder that becomes the root of what they hold; its parent is this unpacking's own. */
  readonly root: string;
  /** Shown while it is done. */
  readonly title: string;
  /** Rejects where what was unpacked does not run on this machine: then nothing is kept. */
  readonly check: (root: string) => Promise<unknown>;
}

/** Unpacks packages without installing them, once; apt checks each against its signed lists. */
export async function unpackDebianPackages(
  { packages, root, title, check }: DebianUnpacking,
  progress: Progress,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  if (existsSync(root)) return;
  await withCacheLock(dirname(root), progress, async () => {
    if (existsSync(root)) return;
    const work = await unfinished(dirname(root));
    try {
      await progress.step(title, async () => {
        await runCommand('apt-get', ['download', ...packages], { cwd: work, env });
        for (const file of await readdir(work))
          if (file.endsWith('.deb'))
            await runCommand('dpkg', ['-x', join(work, file), join(work, 'root')], { env });
        await check(join(work, 'root'));
      });
      await rename(join(work, 'root'), root);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
}
