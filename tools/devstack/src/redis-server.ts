import { mkdir } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { awaitReady } from './await-ready.js';
import type { ManagedProcess } from './managed-process.js';
import { LOOPBACK } from './ports.js';
import type { RedisInstallation } from './redis-install.js';
import type { Supervisor } from './supervisor.js';

const READY_WITHIN_MS = 10_000;

export interface RedisPlace {
  readonly dir: string;
  readonly logPath: string;
  readonly port: number;
  /** Keeps nothing on disk; otherwise what it has answered is on disk before the answer, so that a restart forgets nothing. */
  readonly ephemeral: boolean;
}

export async function startRedis(
  supervisor: Supervisor,
  installation: RedisInstallation,
  place: RedisPlace,
  env: NodeJS.ProcessEnv,
): Promise<ManagedProcess> {
  await mkdir(place.dir, { recursive: true });
  const { libraryPath } = installation;
  const redis = await supervisor.run({
    name: 'Redis',
    command: installation.path,
    args: redisArguments(place),
    env: libraryPath === undefined ? env : { ...env, LD_LIBRARY_PATH: libraryPath },
    cwd: place.dir,
    logPath: place.logPath,
    graceMs: 2_000,
  });
  const probe = async () =>
    redis.wholeOutput().includes('Ready to accept connections') && (await pingRedis(place.port, 1_000));
  await awaitReady(redis, probe, READY_WITHIN_MS);
  return redis;
}

export function redisArguments({ dir, port, ephemeral }: RedisPlace): string[] {
  return [
    ...['--bind', LOOPBACK, '--port', String(port), '--dir', dir, '--save', ''],
    ...(ephemeral ? ['--appendonly', 'no'] : ['--appendonly', 'yes', '--appendfsync', 'always']),
  ];
}

/** Whether a server on that port answers PING with PONG. */
export function pingRedis(port: number, timeoutMs: number, host: string = LOOPBACK): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host, timeout: timeoutMs });
    const answer = (ok: boolean) => {
      socket.destroy();
      resolve(ok);
    };
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => answer(data.toString('latin1').startsWith('+PONG')));
    socket.once('error', () => answer(false));
    socket.once('timeout', () => answer(false));
  });
}
