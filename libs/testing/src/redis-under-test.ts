import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from './wait-for.js';

export interface RedisUnderTestOptions {
  /** Whether everything it answered is on its disk before the answer. */
  readonly durable?: boolean;
  /** More of `redis-server`'s arguments. */
  readonly args?: readonly string[];
  /** The port of `rediss://`, instead of `redis://`; `args` say with which certificate. */
  readonly tls?: boolean;
}

/**
 * A Redis of the test's own, on a port that it keeps, to be killed, stopped and started again. Needs `REDIS_SERVER`, and
 * `REDIS_SERVER_LIBRARIES` where its libraries lie beside it, as the setup of the integration tests finds them.
 */
export class RedisUnderTest {
  readonly port: number;
  readonly url: string;
  readonly #dir: string;
  readonly #options: RedisUnderTestOptions;
  #process: ChildProcess | undefined;

  private constructor(port: number, dir: string, options: RedisUnderTestOptions) {
    this.port = port;
    this.url = `${options.tls ? 'rediss' : 'redis'}://localhost:${port}`;
    this.#dir = dir;
    this.#options = options;
  }

  static async start(options: RedisUnderTestOptions = {}): Promise<RedisUnderTest> {
    const dir = await mkdtemp(join(tmpdir(), 'vecino-redis-'));
    const redis = new RedisUnderTest(await freePort(), dir, options);
    await redis.start();
    return redis;
  }

  async start(): Promise<void> {
    const { durable = false, args = [], tls = false } = this.#options;
    const command = process.env['REDIS_SERVER'];
    if (!command) throw new Error('no REDIS_SERVER: install redis-server');
    const port = String(this.port);
    const child = spawn(
      command,
      [
        ...['--bind', '127.0.0.1', '--dir', this.#dir, '--save', ''],
        ...(tls ? ['--port', '0', '--tls-port', port] : ['--port', port]),
        ...(durable ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no']),
        ...args,
      ],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, LD_LIBRARY_PATH: process.env['REDIS_SERVER_LIBRARIES'] ?? '' },
      },
    );
    this.#process = child;
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    await waitFor(() => output.includes('Ready to accept connections') && reachable(this.port), {
      what: 'Redis',
    });
  }

  /** All keys of all databases. */
  flush(): Promise<void> {
    return flushRedis(this.port);
  }

  /** As if it hung. */
  stop(): void {
    this.#process?.kill('SIGSTOP');
  }

  continue(): void {
    this.#process?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.#dir, { recursive: true, force: true });
  }
}

/** Everything in the Redis on that port is gone, as an operator's mistake would do it. Rejects where Redis does not say that it is. */
export const flushRedis = (port: number, host = '127.0.0.1'): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = createConnection({ host, port, timeout: FLUSH_WITHIN_MS });
    socket.once('connect', () => socket.write('FLUSHALL\r\n'));
    socket.once('data', (answer) => {
      socket.destroy();
      if (answer.toString().startsWith('+OK')) resolve();
      else reject(new Error(`Redis answered FLUSHALL with ${answer.toString()}`));
    });
    socket.once('timeout', () => socket.destroy(new Error('Redis did not answer FLUSHALL')));
    socket.once('error', reject);
  });

const FLUSH_WITHIN_MS = 5_000;

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

const reachable = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (ok: boolean) => {
      socket.destroy();
      resolve(ok);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
