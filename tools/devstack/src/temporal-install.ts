import { chmod, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { extract } from 'tar';
import { unfinished, withCacheLock } from './cache-lock.js';
import { download } from './download.js';
import { devstackError, isDevstackError } from './fault.js';
import { findExecutable, isExecutable } from './find-executable.js';
import {
  TEMPORAL_ARCHIVES,
  TEMPORAL_CLI_VERSION,
  TEMPORAL_GO_PACKAGE,
  TEMPORAL_RELEASES,
  temporalArchivePath,
} from './manifest.js';
import { type Progress } from './progress.js';
import { runCommand } from './run-command.js';

export interface TemporalInstallation {
  readonly origin: 'machine' | 'cache';
  readonly path: string;
}

const ANSWER_WITHIN_MS = 5_000;

export const INSTALL_TEMPORAL =
  'put the Temporal CLI on the PATH (https://docs.temporal.io/cli), or install Go so that it can be built, ' +
  'or set TEMPORAL_ADDRESS to a running server';

export const temporalCachePath = (cache: string): string =>
  join(cache, 'temporal', TEMPORAL_CLI_VERSION, 'temporal');

/** The Temporal CLI on the PATH, else from the cache, which is filled first where need be. */
export async function prepareTemporal(
  cache: string,
  progress: Progress,
  env: NodeJS.ProcessEnv = process.env,
): Promise<TemporalInstallation> {
  const onPath = findExecutable('temporal', env);
  if (onPath !== undefined) return { origin: 'machine', path: onPath };
  const path = temporalCachePath(cache);
  if (!isExecutable(path)) {
    const dir = join(cache, 'temporal', TEMPORAL_CLI_VERSION);
    await withCacheLock(dir, progress, async () => {
      if (!isExecutable(path)) await fetchTemporal(dir, path, progress, env);
    });
  }
  return { origin: 'cache', path };
}

async function fetchTemporal(
  dir: string,
  path: string,
  progress: Progress,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  try {
    return await fetchRelease(dir, path, progress, env);
  } catch (error) {
    if (!isDevstackError(error, 'DOWNLOAD_FAILED')) throw error;
    const go = findExecutable('go', env);
    if (go === undefined)
      throw devstackError(
        'PART_MISSING',
        `the Temporal CLI could not be downloaded: ${INSTALL_TEMPORAL}`,
        error,
      );
    progress.note('The official download of the Temporal CLI cannot be reached from here.');
    await buildWithGo(go, dir, path, progress, env);
  }
}

/** Go's name of this platform, as the release archives use it. */
export function goPlatform(platform: string = process.platform, arch: string = process.arch): string {
  return `${platform}_${arch === 'x64' ? 'amd64' : arch}`;
}

/** The official release, pinned by digest. @throws DOWNLOAD_FAILED also where there is no release for this platform. */
async function fetchRelease(
  dir: string,
  path: string,
  progress: Progress,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const platform = goPlatform();
  const sha256 = TEMPORAL_ARCHIVES[platform];
  if (sha256 === undefined)
    throw devstackError('DOWNLOAD_FAILED', `there is no pinned Temporal release for ${platform}`);
  const base = (env['VECINO_TEMPORAL_MIRROR'] ?? TEMPORAL_RELEASES).replace(/\/+$/, '');
  const archive = join(dir, 'temporal.tar.gz');
  await progress.step(`Temporal CLI ${TEMPORAL_CLI_VERSION}: downloading into ${dir}`, async (detail) => {
    let received = 0;
    const onBytes = (count: number) => detail(`${((received += count) / 1e6).toFixed(0)} MB`);
    const file = { url: `${base}/${temporalArchivePath(platform)}`, sha256 };
    await download(file, archive, { onBytes, answerWithinMs: ANSWER_WITHIN_MS, attempts: 2 });
    await placeAtomically(dir, path, async (work) => {
      await extract({ file: archive, cwd: work }, ['temporal']);
    });
    await rm(archive);
  });
}

/** Builds it from source; Go's checksum database vouches for every module. */
async function buildWithGo(
  go: string,
  dir: string,
  path: string,
  progress: Progress,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const title = `Temporal CLI ${TEMPORAL_CLI_VERSION}: building with Go, once; this takes about five minutes on two cores`;
  await progress.step(title, (detail) =>
    placeAtomically(dir, path, async (work) => {
      let packages = 0;
      await runCommand(go, ['install', '-v', TEMPORAL_GO_PACKAGE], {
        env: { ...env, GOBIN: work },
        onLine: (line) =>
          detail(
            line.startsWith('go: ') ? line.slice(4) : `compiled ${(packages += 1)} packages, now ${line}`,
          ),
      });
    }),
  );
}

/** Lets `make` put `temporal` into a fresh folder and moves it to its final name only when it is whole. */
async function placeAtomically(
  dir: string,
  path: string,
  make: (work: string) => Promise<void>,
): Promise<void> {
  const work = await unfinished(dir);
  try {
    await make(work);
    await chmod(join(work, 'temporal'), 0o755);
    await rename(join(work, 'temporal'), path);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
