import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { unfinished, withCacheLock } from './cache-lock.js';
import { download, sha256Of } from './download.js';
import { devstackError } from './fault.js';
import { findExecutable } from './find-executable.js';
import { MAVEN_CENTRAL, type PinnedFile } from './manifest.js';
import type { Detail, Progress } from './progress.js';
import { runCommand } from './run-command.js';

/** Pinned jars, and the cache folder that they are kept in. */
export interface JarSet {
  /** What they are, for people. */
  readonly name: string;
  readonly dir: string;
  readonly jars: readonly PinnedFile[];
  /** What somebody can do instead where they cannot be fetched. */
  readonly instead: string;
}

const PARALLEL_DOWNLOADS = 6;

/**
 * Fetches what is missing: from the repository, else by Maven, which may know a way that a plain download does not.
 * @throws PART_MISSING where neither has them, DIGEST_MISMATCH
 */
export async function prepareJars(
  set: JarSet,
  progress: Progress,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  if (await hasJars(set)) return;
  await withCacheLock(set.dir, progress, () => fetchJars(set, progress, env));
}

export const hasJars = async (set: Pick<JarSet, 'dir' | 'jars'>): Promise<boolean> =>
  (await missingJars(set)).length === 0;

/** A jar under its final name was verified before it got that name; the size is compared all the same. */
async function missingJars({ dir, jars }: Pick<JarSet, 'dir' | 'jars'>): Promise<PinnedFile[]> {
  const missing = await Promise.all(
    jars.map(async (jar) => {
      const found = await stat(join(dir, basename(jar.path))).catch(() => undefined);
      return found?.size === jar.bytes ? [] : [jar];
    }),
  );
  return missing.flat();
}

async function fetchJars(set: JarSet, progress: Progress, env: NodeJS.ProcessEnv): Promise<void> {
  const missing = await missingJars(set);
  if (missing.length === 0) return;
  const { name, dir, instead } = set;
  const base = (env['VECINO_MAVEN_MIRROR'] ?? MAVEN_CENTRAL).replace(/\/+$/, '');
  try {
    await progress.step(`${name}: downloading into ${dir}`, (detail) =>
      downloadJars(missing, base, dir, detail),
    );
  } catch (cause) {
    const maven = findExecutable('mvn', env);
    if (maven === undefined)
      throw devstackError('PART_MISSING', `${name} could not be fetched from ${base}: ${instead}`, cause);
    await progress.step(`${base} could not be reached directly: asking Maven`, (detail) =>
      fetchWithMaven(maven, missing, dir, env, detail),
    );
  }
}

async function downloadJars(
  jars: readonly PinnedFile[],
  base: string,
  dir: string,
  detail: Detail,
): Promise<void> {
  const total = jars.reduce((sum, jar) => sum + jar.bytes, 0);
  let received = 0;
  const left = [...jars];
  const onBytes = (count: number) => {
    received += count;
    detail(`${megabytes(received)} of ${megabytes(total)} MB, ${left.length} files waiting`);
  };
  const worker = async () => {
    for (let jar = left.shift(); jar !== undefined; jar = left.shift()) {
      await download({ ...jar, url: `${base}/${jar.path}` }, join(dir, basename(jar.path)), { onBytes });
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_DOWNLOADS }, worker));
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);

/** Maven may know a way (a mirror, a proxy, its own cache) that a plain download does not. The digests hold all the same. */
async function fetchWithMaven(
  maven: string,
  jars: readonly PinnedFile[],
  dir: string,
  env: NodeJS.ProcessEnv,
  detail: Detail,
): Promise<void> {
  const work = await unfinished(dir);
  try {
    await writeFile(join(work, 'pom.xml'), pomFor(jars));
    const args = ['-B', '-q', 'dependency:copy-dependencies', `-DoutputDirectory=${work}`];
    await runCommand(maven, args, { cwd: work, env, onLine: detail });
    for (const jar of jars) {
      const fetched = join(work, basename(jar.path));
      if ((await sha256Of(fetched)) !== jar.sha256)
        throw devstackError(
          'DIGEST_MISMATCH',
          `Maven gave another ${basename(jar.path)} than the pinned one`,
        );
      await rename(fetched, join(dir, basename(jar.path)));
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function pomFor(jars: readonly PinnedFile[]): string {
  const dependency = ({ path }: PinnedFile) => {
    const parts = path.split('/');
    const [artifact, version] = parts.slice(-3, -1);
    const group = parts.slice(0, -3).join('.');
    const none =
      '<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>';
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>${none}</dependency>`;
  };
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>vecino</groupId><artifactId>jars</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>${jars.map(dependency).join('\n')}</dependencies></project>`;
}
