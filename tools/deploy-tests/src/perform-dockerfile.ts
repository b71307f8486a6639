import { cp, mkdir, rm } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { runCommand } from '@vecino/devstack';
import { copyContext } from './build-context.js';
import { type Instruction, parseDockerfile, type Stage } from './dockerfile.js';

/** What came out of a Dockerfile, in folders instead of an image. */
export interface ImageLayout {
  /** Where the container's working folder is here. */
  readonly workdir: string;
  /** Where a path of the container is here. */
  at(path: string): string;
  readonly env: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly user: { readonly uid: number; readonly gid: number };
}

export interface PerformOptions {
  readonly root: string;
  readonly dockerfile: string;
  /** Stages but the last; removed when done. On the file system of the clone, for hard links. */
  readonly workFolder: string;
  /** The last stage's file system. */
  readonly imageFolder: string;
}

const asRoot = process.getuid?.() === 0;

/** Does what a container engine would do with the Dockerfile, but for what its base image brings: that is this machine's. */
export async function performDockerfile(options: PerformOptions): Promise<ImageLayout> {
  const stages = parseDockerfile(options.dockerfile);
  const last = stages.at(-1);
  if (last === undefined) throw new Error('the Dockerfile has no stage');
  const folders = new Map(
    stages.map((stage) => [
      stage.name,
      stage === last ? options.imageFolder : join(options.workFolder, stage.name),
    ]),
  );
  await rm(options.workFolder, { recursive: true, force: true });
  for (const stage of stages) await new StageRun(stage, stages, folders, options.root).perform();
  await rm(options.workFolder, { recursive: true, force: true });
  const all = inherited(last, stages);
  const workdir = join(options.imageFolder, workdirOf(all));
  return {
    workdir,
    at: (path) => (isAbsolute(path) ? join(options.imageFolder, path) : join(workdir, path)),
    env: Object.fromEntries(all.flatMap((step) => (step.kind === 'env' ? [[step.name, step.value]] : []))),
    entrypoint: all.flatMap((step) => (step.kind === 'entrypoint' ? step.command : [])),
    user: userOf(all),
  };
}

class StageRun {
  readonly #stage: Stage;
  readonly #stages: readonly Stage[];
  readonly #folders: ReadonlyMap<string, string>;
  readonly #root: string;
  readonly #folder: string;

  constructor(stage: Stage, stages: readonly Stage[], folders: ReadonlyMap<string, string>, root: string) {
    this.#stage = stage;
    this.#stages = stages;
    this.#folders = folders;
    this.#root = root;
    this.#folder = folderOf(folders, stage.name);
  }

  async perform(): Promise<void> {
    await mkdir(this.#workdir(), { recursive: true });
    for (const step of this.#stage.instructions) await this.#perform(step);
  }

  #workdir(): string {
    return join(this.#folder, workdirOf(inherited(this.#stage, this.#stages)));
  }

  async #perform(step: Instruction): Promise<void> {
    switch (step.kind) {
      case 'copy':
        return this.#copy(step);
      case 'run':
        return this.#run(step.command);
      case 'workdir':
      case 'env':
      case 'user':
      case 'entrypoint':
        return;
    }
  }

  async #copy({ from, source, target }: Extract<Instruction, { kind: 'copy' }>): Promise<void> {
    const place = join(this.#workdir(), target);
    await mkdir(dirname(place), { recursive: true });
    if (from === undefined) return copyContext(this.#root, place, source);
    const origin = join(folderOf(this.#folders, from), source);
    // Hard links cost nothing; where they cannot be, a copy does.
    const into = (flag: string) => runCommand('cp', [flag, '-T', origin, place]);
    await into('-al').catch(() => into('-a'));
  }

  async #run(command: string): Promise<void> {
    // Packages of the image's system; this machine's are its owner's.
    if (command.startsWith('apt-get ')) return;
    if (/^npm ci (?!.*--omit)/.test(command)) return this.#linkInstalled();
    if (command.startsWith('npx tsc --build')) await this.#copyBuilt();
    const here = command
      .replaceAll('/var/lib/', `${this.#folder}/var/lib/`)
      .replaceAll(/ -o \d+ -g \d+/g, asRoot ? '$&' : '');
    await runCommand('/bin/sh', ['-c', here], {
      cwd: this.#workdir(),
      env: { ...process.env, npm_config_prefer_offline: 'true', NODE_OPTIONS: '' },
    });
  }

  /** What `npm ci` would install is installed in the clone, from the same lock. */
  async #linkInstalled(): Promise<void> {
    const found = await runCommand('find', ['.', '-name', 'node_modules', '-type', 'd', '-prune'], {
      cwd: this.#root,
    });
    for (const folder of found
      .split('\n')
      .filter((line) => /^\.\/(?:(?:libs|services|tools)\/|node_modules)/.test(line)))
      await runCommand('cp', ['-al', '-T', join(this.#root, folder), join(this.#workdir(), folder)]).catch(
        () => runCommand('cp', ['-a', '-T', join(this.#root, folder), join(this.#workdir(), folder)]),
      );
  }

  /** The compiler compares what the clone's last build left with the sources, and compiles what differs. */
  async #copyBuilt(): Promise<void> {
    const found = await runCommand(
      'find',
      ['libs', 'services', 'tools', '-name', 'dist', '-type', 'd', '-prune'],
      {
        cwd: this.#root,
      },
    );
    for (const folder of found.split('\n').filter((line) => !line.includes('node_modules') && line !== ''))
      await cp(join(this.#root, folder), join(this.#workdir(), folder), {
        recursive: true,
        preserveTimestamps: true,
      }).catch(() => undefined);
  }
}

function folderOf(folders: ReadonlyMap<string, string>, name: string): string {
  const folder = folders.get(name);
  if (folder === undefined) throw new Error(`the Dockerfile has no stage ${name}`);
  return folder;
}

/** The instructions of a stage and of those that it is based on. */
function inherited(stage: Stage, stages: readonly Stage[]): readonly Instruction[] {
  const base = stages.find(({ name }) => name === stage.base);
  return [...(base === undefined ? [] : inherited(base, stages)), ...stage.instructions];
}

const workdirOf = (instructions: readonly Instruction[]): string =>
  instructions.findLast((step) => step.kind === 'workdir')?.path ?? '/';

function userOf(instructions: readonly Instruction[]): { uid: number; gid: number } {
  const text = instructions.findLast((step) => step.kind === 'user')?.user ?? '0:0';
  const [uid, gid] = text.split(':').map(Number);
  if (!Number.isInteger(uid) || !Number.isInteger(gid)) throw new Error(`USER is not by number: ${text}`);
  return { uid: uid ?? 0, gid: gid ?? 0 };
}
