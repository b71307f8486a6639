import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir } from './cache-dir.js';
import { runCommand } from './run-command.js';

const PREPARE_MS = 180_000;

/** What to do where an environment cannot be made. */
export const INSTALL_PYTHON = 'install Python 3.9 or later with venv (Debian: apt-get install python3-venv)';

/**
 * The interpreter of a virtual environment that holds `packages` (`name==version`); made once for all clones, and kept.
 * @throws COMMAND_FAILED where there is no Python, or a package cannot be had.
 */
export async function preparePython(
  packages: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const home = join(cacheDir(env), 'python', packages.join('_').replaceAll('==', '-'));
  const python = join('bin', 'python');
  if (existsSync(join(home, python))) return join(home, python);
  const making = `${home}.${process.pid}`;
  await mkdir(making, { recursive: true });
  try {
    const run = { env, timeoutMs: PREPARE_MS };
    await runCommand('python3', ['-m', 'venv', making], run);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages];
    await runCommand(join(making, python), pip, run);
    await rename(making, home).catch((error: unknown) => {
      // Another clone was faster.
      if (!existsSync(join(home, python))) throw error;
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return join(home, python);
}
