import { join } from 'node:path';
import { devstackError } from './fault.js';
import { findExecutable, isExecutable } from './find-executable.js';
import { runCommand } from './run-command.js';

/** Kafka 4 brokers need this Java. */
export const NEEDED_JAVA = 17;

export const INSTALL_JAVA =
  `install a Java ${NEEDED_JAVA} or newer runtime (Debian and Ubuntu: apt-get install openjdk-17-jre-headless; ` +
  'macOS: brew install openjdk) or set JAVA_HOME';

export interface Java {
  readonly path: string;
  readonly major: number;
}

/** `openjdk version "17.0.15" 2025-04-15` → 17, `java version "1.8.0_292"` → 8. */
export function parseJavaMajor(output: string): number | undefined {
  const found = /version "(?:1\.)?(\d+)/.exec(output);
  return found?.[1] === undefined ? undefined : Number(found[1]);
}

/** @throws PART_MISSING, with what to install, when there is no Java or only an old one. */
export async function findJava(env: NodeJS.ProcessEnv = process.env): Promise<Java> {
  const home = env['JAVA_HOME'] ? join(env['JAVA_HOME'], 'bin', 'java') : undefined;
  const path = home !== undefined && isExecutable(home) ? home : findExecutable('java', env);
  if (path === undefined)
    throw devstackError('PART_MISSING', `Kafka needs Java, and there is none: ${INSTALL_JAVA}`);
  const major = parseJavaMajor(await runCommand(path, ['-version'], { env }));
  if (major === undefined || major < NEEDED_JAVA)
    throw devstackError(
      'PART_MISSING',
      `${path} is Java ${major ?? 'of an unknown version'}: ${INSTALL_JAVA}`,
    );
  return { path, major };
}
