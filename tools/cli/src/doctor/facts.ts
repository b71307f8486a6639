import { existsSync, readFileSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import { dirname, join } from 'node:path';
import {
  cacheDir,
  findExecutable,
  findJava,
  isKafkaCached,
  isPortFree,
  runCommand,
  temporalCachePath,
  USUAL_PORTS,
} from '@vecino/devstack';
import { type Repository } from '../repository.js';

/** What the doctor looks at. Sizes in bytes; `undefined` where something is not there or cannot be found out. */
export interface Facts {
  readonly node: string;
  readonly npm: string | undefined;
  readonly java: { readonly major: number; readonly path: string } | { readonly problem: string };
  readonly go: string | undefined;
  readonly kafka: 'environment' | 'cache' | 'absent';
  readonly temporal: 'environment' | 'machine' | 'cache' | 'absent';
  readonly redis: 'environment' | 'machine' | 'absent';
  readonly takenPorts: readonly { readonly name: string; readonly port: number }[];
  readonly freeMemory: number;
  readonly freeDisk: number | undefined;
  readonly cacheDir: string;
  readonly now: number;
  /** When the newest thing of which we know was made: the clock cannot be earlier. */
  readonly notBefore: number;
}

export async function gatherFacts(
  repository: Repository,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Facts> {
  const cache = cacheDir(env);
  return {
    node: process.versions.node,
    npm: await versionOf('npm', ['--version'], env),
    java: await findJava(env).catch((error: unknown) => ({
      problem: error instanceof Error ? error.message : String(error),
    })),
    go: await versionOf('go', ['env', 'GOVERSION'], env),
    kafka: env['KAFKA_BROKERS'] ? 'environment' : (await isKafkaCached(cache)) ? 'cache' : 'absent',
    temporal: temporalOrigin(cache, env),
    redis: env['REDIS_URL'] ? 'environment' : findExecutable('redis-server', env) ? 'machine' : 'absent',
    takenPorts: await takenPorts(),
    freeMemory: availableMemory(),
    freeDisk: await freeDisk(cache),
    cacheDir: cache,
    now: Date.now(),
    notBefore: statSync(join(repository.root, 'package.json')).mtimeMs,
  };
}

const versionOf = async (command: string, args: string[], env: NodeJS.ProcessEnv) => {
  const path = findExecutable(command, env);
  if (path === undefined) return undefined;
  const output = await runCommand(path, args, { env, timeoutMs: 10_000 }).catch(() => undefined);
  return output?.trim().split('\n').at(-1);
};

function temporalOrigin(cache: string, env: NodeJS.ProcessEnv): Facts['temporal'] {
  if (env['TEMPORAL_ADDRESS']) return 'environment';
  if (findExecutable('temporal', env) !== undefined) return 'machine';
  return existsSync(temporalCachePath(cache)) ? 'cache' : 'absent';
}

async function takenPorts(): Promise<Facts['takenPorts']> {
  const ports = Object.entries(USUAL_PORTS).map(([name, port]) => ({ name, port: port as number }));
  const free = await Promise.all(ports.map(({ port }) => isPortFree(port)));
  return ports.filter((_, index) => !free[index]);
}

/** Linux counts what it would give up for programs (its file cache) apart from what is plainly free. */
function availableMemory(): number {
  try {
    const found = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'));
    if (found !== null) return Number(found[1]) * 1024;
  } catch {
    // not Linux
  }
  return freemem();
}

/** Of the disk on which the cache lies or will lie. */
async function freeDisk(path: string): Promise<number | undefined> {
  let existing = path;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  return statfs(existing).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => undefined,
  );
}
