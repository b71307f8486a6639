import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { extract } from 'tar';
import { withCacheLock } from './cache-lock.js';
import { download } from './download.js';
import { devstackError, isDevstackError } from './fault.js';
import { findExecutable, isExecutable } from './find-executable.js';
import {
  TEMPORAL_ARCHIVES,
  TEMPORAL_CLI_VERSION,
  TEMPORAL_GO_PACKAGE,
  TEMPORAL_NEWER_MODULES,
  TEMPORAL_RELEASES,
  TEMPORAL_SQLITE_VERSION,
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

const RELEASED = `${TEMPORAL_CLI_VERSION}-release`;
const BUILT = `${TEMPORAL_CLI_VERSION}-sqlite-${TEMPORAL_SQLITE_VERSION}`;

const folderOf = (cache: string): string => join(cache, 'temporal');
const programOf = (cache: string, name: string): string => join(folderOf(cache), name, 'temporal');

/** Whether to build it, also where it is on the PATH or the release could be had. */
const isToBeBuilt = (env: NodeJS.ProcessEnv): boolean => env['VECINO_TEMPORAL_BUILD'] === 'go';

/** The Temporal CLI on the PATH, unless one is to be built. */
export const temporalOnPath = (env: NodeJS.ProcessEnv): string | undefined =>
  isToBeBuilt(env) ? undefined : findExecutable('temporal', env);

/** The Temporal CLI that is in the cache: one built here, else the official release. */
export const cachedTemporal = (cache: string, env: NodeJS.ProcessEnv = process.env): string | undefined =>
  (isToBeBuilt(env) ? [BUILT] : [BUILT, RELEASED]).map((name) => programOf(cache, name)).find(isExecutable);

/** The Temporal CLI on the PATH, else from the cache, which is filled first where need be. `VECINO_TEMPORAL_BUILD` has it built in any case. */
export async function prepareTemporal(
  cache: string,
  progress: Progress,
  env: NodeJS.ProcessEnv = process.env,
): Promise<TemporalInstallation> {
  const onPath = temporalOnPath(env);
  if (onPath !== undefined) return { origin: 'machine', path: onPath };
  const cached = cachedTemporal(cache, env);
  if (cached !== undefined) return { origin: 'cache', path: cached };
  return withCacheLock(folderOf(cache), progress, async () => ({
    origin: 'cache',
    path: cachedTemporal(cache, env) ?? (await fetchTemporal(cache, progress, env)),
  }));
}

async function fetchTemporal(cache: string, progress: Progress, env: NodeJS.ProcessEnv): Promise<string> {
  if (isToBeBuilt(env)) return buildTemporal(cache, progress, env);
  try {
    return await fetchRelease(cache, progress, env);
  } catch (error) {
    if (!isDevstackError(error, 'DOWNLOAD_FAILED')) throw error;
    progress.note('The official download of the Temporal CLI cannot be reached from here.');
    return buildTemporal(cache, progress, env, error);
  }
}

async function buildTemporal(
  cache: string,
  progress: Progress,
  env: NodeJS.ProcessEnv,
  notDownloaded?: unknown,
): Promise<string> {
  const go = findExecutable('go', env);
  if (go === undefined)
    throw devstackError('PART_MISSING', `there is no Temporal CLI: ${INSTALL_TEMPORAL}`, notDownloaded);
  const dir = folderOf(cache);
  const path = programOf(cache, BUILT);
  await mkdir(dirname(path), { recursive: true });
  const title = `Temporal CLI ${TEMPORAL_CLI_VERSION}: building with Go, once; this takes about five minutes on two cores`;
  const build = { go, package: TEMPORAL_GO_PACKAGE, newer: TEMPORAL_NEWER_MODULES, dir, path, title };
  await installWithGo(build, progress, env);
  return path;
}

/** Go's name of this platform, as the release archives use it. */
export function goPlatform(platform: string = process.platform, arch: string = process.arch): string {
  return `${platform}_${arch === 'x64' ? 'amd64' : arch}`;
}

/** The official release, pinned by digest. @throws DOWNLOAD_FAILED also where there is no release for this platform. */
async function fetchRelease(cache: string, progress: Progress, env: NodeJS.ProcessEnv): Promise<string> {
  const dir = folderOf(cache);
  const path = programOf(cache, RELEASED);
  await mkdir(dirname(path), { recursive: true });
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
  return path;
}
