import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareJavaClients, preparePython, runCommand } from '@vecino/devstack';

/** A program of `examples/`, ready to be started with tenant, router, address and version. */
export interface Example {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

const folder = (root: string, name: string): string => join(root, 'examples', name);

export const pythonPackages = (root: string): string[] =>
  readFileSync(join(folder(root, 'python'), 'requirements.txt'), 'utf8')
    .trim()
    .split('\n');

/** Compiles what has to be, and fetches what is missing; each says what to install where that cannot be done. */
export const PREPARE = {
  async typescript(root: string): Promise<Example> {
    const cwd = folder(root, 'typescript');
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    await runCommand(process.execPath, [tsc, '--build', cwd]);
    return { command: process.execPath, args: ['dist/upgrade.js'], cwd };
  },
  async python(root: string): Promise<Example> {
    const python = await preparePython(pythonPackages(root));
    return { command: python, args: ['upgrade.py'], cwd: folder(root, 'python') };
  },
  async java(root: string): Promise<Example> {
    const { java, classPath } = await prepareJavaClients();
    // Kafka's jars bring a logger, and it is told what is worth saying.
    const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn';
    return { command: java, args: [quiet, '-cp', classPath, 'Upgrade.java'], cwd: folder(root, 'java') };
  },
} as const;

export type ExampleName = keyof typeof PREPARE;
