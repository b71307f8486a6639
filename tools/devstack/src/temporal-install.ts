import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { extract } from 'tar';
import { withCacheLock } from './cache-lock.js';
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
import { installWithGo } from './install-with-go.js';
import { placeAtomically } from './place-atomically.js';
import { type Progress } from './progress.js';

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
    const title = `Temporal CLI ${TEMPORAL_CLI_VERSION}: building with Go, once; this takes about five minutes on two cores`;
    await installWithGo({ go, package: TEMPORAL_GO_PACKAGE, dir, path, title }, progress, env);
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
    await placeAtomically({ dir, path, made: 'temporal' }, async (work) => {
      await extract({ file: archive, cwd: work }, ['temporal']);
    });
    await rm(archive);
  });
}
