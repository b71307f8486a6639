import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { unfinished, withCacheLock } from './cache-lock.js';
import { download, sha256Of } from './download.js';
import { devstackError } from './fault.js';
import { findExecutable } from './find-executable.js';
import { KAFKA_JARS, KAFKA_VERSION, MAVEN_CENTRAL, type PinnedFile } from './manifest.js';
import type { Detail, Progress } from './progress.js';
import { runCommand } from './run-command.js';

/** A Kafka that can be run: where it came from and the class path to give to Java. */
export interface KafkaInstallation {
  readonly origin: 'machine' | 'cache';
  readonly classPath: string;
}

const PARALLEL_DOWNLOADS = 6;
const START_SCRIPTS = ['kafka-server-start.sh', 'kafka-server-start'];

/** Kafka on this machine, else from the cache, which is filled first where need be. */
export async function prepareKafka(
  cache: string,
  progress: Progress,
  env: NodeJS.ProcessEnv = process.env,
): Promise<KafkaInstallation> {
  const libs = findKafkaLibs(env);
  if (libs !== undefined) return { origin: 'machine', classPath: join(libs, '*') };
  const dir = kafkaCacheDir(cache);
  if (!(await isKafkaCached(cache))) {
    await withCacheLock(dir, progress, () => fetchJars(dir, progress, env));
  }
  return { origin: 'cache', classPath: join(dir, '*') };
}

export const kafkaCacheDir = (cache: string): string => join(cache, 'kafka', KAFKA_VERSION);

/** The folder of jars of an unpacked distribution: KAFKA_HOME, or around the start script on the PATH. */
export function findKafkaLibs(env: NodeJS.ProcessEnv): string | undefined {
  const script = START_SCRIPTS.map((name) => findExecutable(name, env)).find((path) => path !== undefined);
  const homes = [
    ...(env['KAFKA_HOME'] ? [env['KAFKA_HOME']] : []),
    ...(script === undefined ? [] : [dirname(dirname(realpathSync(script)))]),
  ];
  return homes
    .flatMap((home) => [join(home, 'libs'), join(home, 'libexec', 'libs')])
    .find((libs) => existsSync(libs) && readdirSync(libs).some((file) => /^kafka-server-\d/.test(file)));
}

export async function isKafkaCached(cache: string): Promise<boolean> {
  return (await missingJars(kafkaCacheDir(cache))).length === 0;
}

/** A jar under its final name was verified before it got that name; the size is compared all the same. */
async function missingJars(dir: string): Promise<PinnedFile[]> {
  const missing = await Promise.all(
    KAFKA_JARS.map(async (jar) => {
      const found = await stat(join(dir, basename(jar.path))).catch(() => undefined);
      return found?.size === jar.bytes ? [] : [jar];
    }),
  );
  return missing.flat();
}

async function fetchJars(dir: string, progress: Progress, env: NodeJS.ProcessEnv): Promise<void> {
  const missing = await missingJars(dir);
  if (missing.length === 0) return;
  const base = (env['VECINO_MAVEN_MIRROR'] ?? MAVEN_CENTRAL).replace(/\/+$/, '');
  const title = `Apache Kafka ${KAFKA_VERSION}: downloading into ${dir}`;
  try {
    await progress.step(title, (detail) => downloadJars(missing, base, dir, detail));
  } catch (cause) {
    const maven = findExecutable('mvn', env);
    if (maven === undefined) throw unreachable(base, cause);
    await progress.step(`${base} could not be reached directly: asking Maven`, (detail) =>
      fetchWithMaven(maven, missing, dir, env, detail),
    );
  }
}

const unreachable = (base: string, cause: unknown) =>
  devstackError(
    'PART_MISSING',
    `Kafka could not be fetched from ${base}: set KAFKA_BROKERS to a running broker, KAFKA_HOME to an unpacked ` +
      'distribution, or VECINO_MAVEN_MIRROR to a Maven repository that can be reached',
    cause,
  );

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
<groupId>vecino</groupId><artifactId>kafka-runtime</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>${jars.map(dependency).join('\n')}</dependencies></project>`;
}
