import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackDebianPackages } from './debian-packages.js';
import { findExecutable } from './find-executable.js';
import { REDIS_DEBIAN_PACKAGES } from './manifest.js';
import type { Progress } from './progress.js';
import { runCommand } from './run-command.js';

export interface RedisInstallation {
  readonly origin: 'machine' | 'cache';
  readonly path: string;
  /** Where its libraries lie when they were unpacked next to it. */
  readonly libraryPath?: string;
}

/**
 * Redis on the PATH, else Debian's packages unpacked into the cache without installing them.
 * Nothing depends on it: where neither works, the reason is noted and the stack runs without.
 */
export async function prepareRedis(
  cache: string,
  progress: Progress,
  env: NodeJS.ProcessEnv = process.env,
): Promise<RedisInstallation | undefined> {
  const onPath = findExecutable('redis-server', env);
  if (onPath !== undefined) return { origin: 'machine', path: onPath };
  const root = join(cache, 'redis', 'root');
  try {
    const title = `Redis: unpacking Debian's packages into ${root}`;
    await unpackDebianPackages(
      { packages: REDIS_DEBIAN_PACKAGES, root, title, check: unpacked },
      progress,
      env,
    );
    return await unpacked(root);
  } catch {
    progress.note(
      'Redis: not on this machine, so limits stay within each process (install redis-server to share them).',
    );
    return undefined;
  }
}

/** Rejects when the unpacked server does not run on this machine. */
async function unpacked(root: string): Promise<RedisInstallation> {
  const lib = join(root, 'usr', 'lib');
  const triplets = (await readdir(lib)).filter((name) => name.includes('-linux-'));
  const libraryPath = triplets.map((name) => join(lib, name)).join(':');
  const path = join(root, 'usr', 'bin', 'redis-server');
  await runCommand(path, ['--version'], { env: { LD_LIBRARY_PATH: libraryPath } });
  return { origin: 'cache', path, libraryPath };
}
