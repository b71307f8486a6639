import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findExecutable } from './find-executable.js';
import { KAFKA_JARS, KAFKA_VERSION } from './manifest.js';
import { hasJars, prepareJars } from './maven-jars.js';
import type { Progress } from './progress.js';

/** A Kafka that can be run: where it came from and the class path to give to Java. */
export interface KafkaInstallation {
  readonly origin: 'machine' | 'cache';
  readonly classPath: string;
}

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
  const instead =
    'set KAFKA_BROKERS to a running broker, KAFKA_HOME to an unpacked distribution, or VECINO_MAVEN_MIRROR to a ' +
    'Maven repository that can be reached';
  await prepareJars({ name: `Apache Kafka ${KAFKA_VERSION}`, dir, jars: KAFKA_JARS, instead }, progress, env);
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

export const isKafkaCached = (cache: string): Promise<boolean> =>
  hasJars({ dir: kafkaCacheDir(cache), jars: KAFKA_JARS });
