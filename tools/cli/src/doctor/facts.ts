import { existsSync, readFileSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import { dirname, join } from 'node:path';
import {
  cacheDir,
  cachedTemporal,
  findExecutable,
  findJava,
  isKafkaCached,
  runCommand,
  temporalOnPath,
} from '@vecino/devstack';
import { errorText } from '@vecino/foundation';
import { type PlatformEnvironment, runningPlatform } from '../platform-access.js';
import { type Repository } from '../repository.js';
import { readUpState } from '../up-state.js';
import { type ClockSkew, clockSkews } from './clock-facts.js';
import { configurationFaults } from './configuration-facts.js';
import { unwritable, type UnwritableFolder } from './folder-facts.js';
import { hasLabAddresses, type TakenPort, takenAddresses, takenPorts } from './port-facts.js';
import { askServers, type ServerFact } from './server-facts.js';
import { serviceFacts, type ServiceFact } from './service-facts.js';
import { type TopicFacts, topicFacts } from './topic-facts.js';

/** What the doctor looks at. Sizes in bytes; `undefined` where something is not there or cannot be found out. */
export interface Facts {
  readonly node: string;
  readonly npm: string | undefined;
  readonly java: { readonly major: number; readonly path: string } | { readonly problem: string };
  readonly go: string | undefined;
  readonly kafka: 'environment' | 'cache' | 'absent';
  readonly temporal: 'environment' | 'machine' | 'cache' | 'absent';
  readonly redis: 'environment' | 'machine' | 'absent';
  /** Of variables and the files that they name. */
  readonly configuration: readonly string[];
  readonly servers: readonly ServerFact[];
  /** Of those that every platform has once. */
  readonly topics: TopicFacts | undefined;
  readonly services: readonly ServiceFact[];
  /** Usual ports that others have. */
  readonly takenPorts: readonly TakenPort[];
  /** Addresses of the environment at which nobody could listen. */
  readonly takenAddresses: readonly TakenPort[];
  /** Whether simulated routers can have addresses of their own. */
  readonly hasLabAddresses: boolean;
  readonly freeMemory: number;
  readonly freeDisk: number | undefined;
  readonly cacheDir: string;
  readonly unwritable: readonly UnwritableFolder[];
  readonly now: number;
  /** When the newest thing of which we know was made: the clock cannot be earlier. */
  readonly notBefore: number;
  readonly skews: readonly ClockSkew[];
}

export async function gatherFacts(
  repository: Repository,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Facts> {
  const cache = cacheDir(env);
  const platform: PlatformEnvironment = env['KAFKA_BROKERS']
    ? env
    : ((await runningPlatform(repository)) ?? env);
  const [npm, java, go, isKafkaThere, configuration, servers, topics, services, skews] = await Promise.all([
    versionOf('npm', ['--version'], env),
    findJava(env).catch((error: unknown) => ({
      problem: errorText(error),
    })),
    versionOf('go', ['env', 'GOVERSION'], env),
    isKafkaCached(cache),
    configurationFaults(repository, env),
    askServers(platform),
    topicFacts(platform),
    serviceFacts(repository, env),
    clockSkews(platform),
  ]);
  return {
    node: process.versions.node,
    npm,
    java,
    go,
    kafka: env['KAFKA_BROKERS'] ? 'environment' : isKafkaThere ? 'cache' : 'absent',
    temporal: temporalOrigin(cache, env),
    redis: env['REDIS_URL'] ? 'environment' : findExecutable('redis-server', env) ? 'machine' : 'absent',
    configuration,
    servers,
    topics,
    services,
    takenPorts: await takenPorts(readUpState(repository.stateDir), env),
    takenAddresses: await takenAddresses(env),
    hasLabAddresses: await hasLabAddresses(),
    freeMemory: availableMemory(),
    freeDisk: await freeDisk(cache),
    cacheDir: cache,
    unwritable: [cache, repository.stateDir].flatMap((folder) => unwritable(folder) ?? []),
    now: Date.now(),
    notBefore: statSync(join(repository.root, 'package.json')).mtimeMs,
    skews,
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
  if (temporalOnPath(env) !== undefined) return 'machine';
  return cachedTemporal(cache, env) === undefined ? 'absent' : 'cache';
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
