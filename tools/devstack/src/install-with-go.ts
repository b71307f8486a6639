import { basename } from 'node:path';
import { placeAtomically } from './place-atomically.js';
import { type Progress } from './progress.js';
import { runCommand } from './run-command.js';

export interface GoBuild {
  /** The Go command. */
  readonly go: string;
  /** With its version, as `go get` takes it. */
  readonly package: string;
  /** Modules that are to be newer than the package asks for, with their versions. */
  readonly newer?: readonly string[];
  /** Cache folder that becomes the home of `path`. */
  readonly dir: string;
  readonly path: string;
  readonly title: string;
  /** Of `go build`. */
  readonly flags?: readonly string[];
}

/** Builds a program from source, in a module of its own; Go's checksum database vouches for every module. */
export async function installWithGo(
  build: GoBuild,
  progress: Progress,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const packagePath = build.package.split('@')[0] ?? '';
  const made = basename(packagePath);
  await progress.step(build.title, (detail) =>
    placeAtomically({ dir: build.dir, path: build.path, made }, async (work) => {
      let packages = 0;
      const onLine = (line: string): void =>
        detail(line.startsWith('go: ') ? line.slice(4) : `compiled ${(packages += 1)} packages, now ${line}`);
      const go = (...args: string[]) => runCommand(build.go, args, { cwd: work, env, onLine });
      await go('mod', 'init', 'vecino.invalid/build');
      await go('get', build.package, ...(build.newer ?? []));
      await go('build', '-v', ...(build.flags ?? []), '-o', made, packagePath);
    }),
  );
}
