import { mkdtemp } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import {
  FIRST_VERSION,
  IMAGE_VERSIONS,
  type Platform,
  type PlatformOptions,
  startPlatform,
  thisRepository,
} from '@vecino/cli';
import { fleet, type LogRecord, type RouterSettings, writeImage } from '@vecino/router-simulator';
import { type Registry } from '@vecino/tenancy';
import { Kafka, logLevel } from 'kafkajs';
import { buildSources } from './build-sources.js';
import { addressOf, FLEET_PER_TENANT, QUICK_REBOOT } from './request-plan.js';

/** The whole platform, built from the sources of this moment, with routers that reboot fast, and clients of its servers. */
export interface PathPlatform {
  readonly platform: Platform;
  readonly kafka: Kafka;
  readonly temporal: Client;
  /** What the routers were really asked, from the simulator's own file. */
  routerLog(): LogRecord[];
  stop(): Promise<void>;
}

/** Large enough to travel in several chunks, small enough not to be the test's subject. */
const IMAGE_BYTES = 512 * 1024;

export async function startPathPlatform(
  env: Readonly<Record<string, string>> = {},
  other: Pick<PlatformOptions, 'routers' | 'services' | 'stack' | 'progress'> = {},
): Promise<PathPlatform> {
  const repository = thisRepository();
  await buildSources(repository.root);
  const stateDir = await mkdtemp(join(tmpdir(), 'vecino-path-'));
  const images = join(stateDir, 'images');
  for (const version of [FIRST_VERSION, ...IMAGE_VERSIONS])
    await writeImage(images, version, IMAGE_BYTES, 'vecino');
  const platform = await startPlatform({
    repository,
    stateDir,
    ephemeral: true,
    // Servers of its own: the workers of this platform would take the work of other tests.
    env: { KAFKA_BROKERS: '', TEMPORAL_ADDRESS: '', REDIS_URL: '', VECINO_IMAGES_DIR: images, ...env },
    routers: quickRouters,
    ...other,
  });
  const connection = await connect(platform);
  return {
    platform,
    kafka: new Kafka({
      clientId: 'path-test',
      brokers: (platform.env['KAFKA_BROKERS'] ?? '').split(','),
      logLevel: logLevel.NOTHING,
    }),
    temporal: new Client({ connection }),
    routerLog: () => readRouterLog(join(stateDir, 'logs', 'router-calls.jsonl')),
    async stop() {
      await connection.close();
      await platform.stop();
    },
  };
}

/** Forty for each tenant. */
export const quickRouters = ({ tenants }: Pick<Registry, 'tenants'>, port: number): RouterSettings[] =>
  tenants.flatMap((tenant) =>
    fleet({
      ...QUICK_REBOOT,
      count: FLEET_PER_TENANT,
      prefix: tenant.id,
      firstAddress: addressOf(tenant, 1),
      port,
      runningVersion: FIRST_VERSION,
    }),
  );

async function connect(platform: Platform): Promise<Connection> {
  try {
    return await Connection.connect({ address: platform.env['TEMPORAL_ADDRESS'] ?? '' });
  } catch (error) {
    await platform.stop();
    throw error;
  }
}

function readRouterLog(file: string): LogRecord[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as LogRecord);
}
