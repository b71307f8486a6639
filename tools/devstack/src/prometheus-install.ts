import { join } from 'node:path';
import { cacheDir } from './cache-dir.js';
import { unpackDebianPackages } from './debian-packages.js';
import { devstackError } from './fault.js';
import { findExecutable } from './find-executable.js';
import { PROMETHEUS_DEBIAN_PACKAGES } from './manifest.js';
import { type Progress, silentProgress } from './progress.js';
import { runCommand } from './run-command.js';

export interface PrometheusPrograms {
  /** Paths of the server and of the tool that checks rules. */
  readonly prometheus: string;
  readonly promtool: string;
}

/**
 * Prometheus on the PATH, else Debian's package unpacked into the cache without installing it.
 * @throws PART_MISSING where there is neither.
 */
export async function preparePrometheus(
  progress: Progress = silentProgress,
  env: NodeJS.ProcessEnv = process.env,
): Promise<PrometheusPrograms> {
  const prometheus = findExecutable('prometheus', env);
  const promtool = findExecutable('promtool', env);
  if (prometheus !== undefined && promtool !== undefined) return { prometheus, promtool };
  const root = join(cacheDir(env), 'prometheus', 'root');
  const title = `Prometheus: unpacking Debian's package into ${root}`;
  const check = (unpacked: string) => runCommand(join(unpacked, 'usr/bin/promtool'), ['--version'], { env });
  try {
    await unpackDebianPackages({ packages: PROMETHEUS_DEBIAN_PACKAGES, root, title, check }, progress, env);
  } catch (cause) {
    throw devstackError(
      'PART_MISSING',
      'Prometheus is not on this machine and could not be had from Debian: install it (apt-get install prometheus, or a release with promtool on the PATH)',
      cause,
    );
  }
  return { prometheus: join(root, 'usr/bin/prometheus'), promtool: join(root, 'usr/bin/promtool') };
}
