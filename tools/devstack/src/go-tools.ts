import { join } from 'node:path';
import { cacheDir } from './cache-dir.js';
import { withCacheLock } from './cache-lock.js';
import { devstackError } from './fault.js';
import { findExecutable, isExecutable } from './find-executable.js';
import { installWithGo } from './install-with-go.js';
import { GO_TOOLS, type GoToolName } from './manifest.js';
import { type Progress, silentProgress } from './progress.js';

/** Not optimised and without debug information: that builds in three quarters of the time, and these run for a second. */
const QUICK_BUILD = ['-gcflags=all=-N -l', '-ldflags=-s -w'];

/**
 * A tool that tests of the deployment need, from the cache, which is filled first where need be.
 * @throws PART_MISSING where it has to be built and there is no Go.
 */
export async function prepareGoTool(
  name: GoToolName,
  progress: Progress = silentProgress,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const tool = GO_TOOLS[name];
  const dir = join(cacheDir(env), name, tool.version);
  const path = join(dir, name);
  if (isExecutable(path)) return path;
  await withCacheLock(dir, progress, async () => {
    if (isExecutable(path)) return;
    const go = findExecutable('go', env);
    if (go === undefined)
      throw devstackError(
        'PART_MISSING',
        `${name} ${tool.version} is not in the cache: install Go so that it can be built, or put it at ${path}`,
      );
    const build = { go, package: `${tool.package}@v${tool.version}`, dir, path, flags: QUICK_BUILD };
    await installWithGo(
      { ...build, title: `${name} ${tool.version}: building with Go, once` },
      progress,
      env,
    );
  });
  return path;
}
