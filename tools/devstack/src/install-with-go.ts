import { basename } from 'node:path';
import { placeAtomically } from './place-atomically.js';
import { type Progress } from './progress.js';
import { runCommand } from './run-command.js';

export interface GoBuild {
  /** The Go command. */
  readonly go: string;
  /** With its version, as `go install` takes it. */
  readonly package: string;
  /** Cache folder that becomes the home of `path`. */
  readonly dir: string;
  readonly path: string;
  readonly title: string;
  /** Of `go install`. */
  readonly flags?: readonly string[];
}

/** Builds a program from source; Go's checksum database vouches for every module. */
export async function installWithGo(
  build: GoBuild,
  progress: Progress,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const built = basename(build.package.split('@')[0] ?? '');
  await progress.step(build.title, (detail) =>
    placeAtomically({ dir: build.dir, path: build.path, made: built }, async (work) => {
      let packages = 0;
      await runCommand(build.go, ['install', '-v', ...(build.flags ?? []), build.package], {
        env: { ...env, GOBIN: work },
        onLine: (line) =>
          detail(
            line.startsWith('go: ') ? line.slice(4) : `compiled ${(packages += 1)} packages, now ${line}`,
          ),
      });
    }),
  );
}
