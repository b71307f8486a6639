import { delimiter, join } from 'node:path';
import { cacheDir } from './cache-dir.js';
import { devstackError } from './fault.js';
import { findJava } from './java.js';
import { prepareKafka } from './kafka-install.js';
import { AVRO_JARS, AVRO_VERSION } from './manifest.js';
import { prepareJars } from './maven-jars.js';
import { type Progress, silentProgress } from './progress.js';
import { runCommand } from './run-command.js';

export const INSTALL_JDK =
  'install a JDK 17 or newer (Debian and Ubuntu: apt-get install openjdk-17-jdk-headless; macOS: brew install openjdk) ' +
  'or set JAVA_HOME to one';

export interface JavaClients {
  /** Runs a source file as it is: `java -cp CLASS_PATH File.java`. */
  readonly java: string;
  /** Kafka's clients and Avro, with what they need. */
  readonly classPath: string;
}

/**
 * What a Java program needs that talks Avro to Kafka: a JDK, and jars from the cache.
 * @throws PART_MISSING, with what to install; a Java runtime alone does not compile.
 */
export async function prepareJavaClients(
  progress: Progress = silentProgress,
  env: NodeJS.ProcessEnv = process.env,
): Promise<JavaClients> {
  const { path: java } = await findJava(env);
  const modules = await runCommand(java, ['--list-modules'], { env });
  if (!/^jdk\.compiler@/m.test(modules))
    throw devstackError('PART_MISSING', `${java} is a Java runtime and compiles nothing: ${INSTALL_JDK}`);
  const cache = cacheDir(env);
  const dir = join(cache, 'avro', AVRO_VERSION);
  const instead = 'set VECINO_MAVEN_MIRROR to a Maven repository that can be reached';
  const kafka = await prepareKafka(cache, progress, env);
  await prepareJars({ name: `Apache Avro ${AVRO_VERSION}`, dir, jars: AVRO_JARS, instead }, progress, env);
  return { java, classPath: [join(dir, '*'), kafka.classPath].join(delimiter) };
}
