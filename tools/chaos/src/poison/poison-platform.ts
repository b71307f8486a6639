import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { thisRepository } from '@vecino/cli';
import { topics, type Topics } from '@vecino/contracts';
import { type Service, startService, Supervisor } from '@vecino/devstack';
import { connectKafka, type KafkaClient, provisionTopics, withAdmin } from '@vecino/messaging';
import { changeRegistry } from '@vecino/registry';
import { silentLogger } from '@vecino/telemetry';
import { ownTaskQueueOf, parseRegistry, POOL_TASK_QUEUE, type RegistryEdit } from '@vecino/tenancy';
import {
  bundleWorkflows,
  createWorkerFleet,
  ensureNamespace,
  parseTemporalConfig,
  POOL_LIMITS,
  tenantLimits,
} from '@vecino/temporal';
import { type Ending, startWhole, uniqueName } from '@vecino/testing';
import { LEAVING, ORDERING, registryYaml, REMOVED } from './poison-tenants.js';

/** Ingest and projector as they are shipped, run from their sources, and workers whose deployments do nothing. */
export interface PoisonPlatform {
  readonly kafka: KafkaClient;
  /** `host:port` of the one broker. */
  readonly broker: string;
  readonly clusterId: string;
  readonly topicPrefix: string;
  readonly names: Topics;
  /** Of ingest, for requests. */
  readonly groupId: string;
  readonly partitions: number;
  readonly ingest: Service;
  stop(): Promise<void>;
}

export interface PoisonPlatformOptions {
  /** Of the servers: `KAFKA_BROKERS` and `TEMPORAL_ADDRESS`. */
  readonly env: NodeJS.ProcessEnv;
  readonly schemaRegistryUrl?: string;
}

const GROUP = 'vecino-ingest';
/** Of the deployments at once that `registryYaml` allows a tenant. */
const CAP = 50;

export const startPoisonPlatform = (options: PoisonPlatformOptions): Promise<PoisonPlatform> =>
  startWhole(async (closings, stop) => ({ ...(await start(options, closings)), stop }));

async function start(
  { env, schemaRegistryUrl }: PoisonPlatformOptions,
  closings: Ending[],
): Promise<Omit<PoisonPlatform, 'stop'>> {
  const brokers = (env['KAFKA_BROKERS'] ?? '').split(',');
  const namespace = uniqueName('poison');
  const topicPrefix = `${namespace}.`;
  const dir = await mkdtemp(join(tmpdir(), 'vecino-poison-'));
  closings.push(() => rm(dir, { recursive: true, force: true }));

  const kafka = connectKafka({ brokers }, 'vecino-poison', silentLogger);
  const temporal = parseTemporalConfig({ ...env, TEMPORAL_NAMESPACE: namespace });
  const connection = await Connection.connect({ address: temporal.address });
  await Promise.all([provisionTopics(kafka, topicPrefix), ensureNamespace(connection, { namespace })]);
  await connection.close();
  await makeRegistry(kafka, topicPrefix);

  const fleet = createWorkerFleet({
    temporal,
    activities: {},
    logger: silentLogger,
    loadBundle: () =>
      bundleWorkflows({
        tracing: false,
        workflowsPath: join(__dirname, 'workflows', 'trivial-deployments.ts'),
      }),
    shutdownGraceMs: 100,
  });
  closings.push(() => fleet.stop());
  const supervisor = new Supervisor();
  closings.push(() => supervisor.close());
  const run = serviceRunner(supervisor, dir, {
    ...process.env,
    ...env,
    VECINO_TOPIC_PREFIX: topicPrefix,
    VECINO_LOG_LEVEL: 'info',
    TEMPORAL_NAMESPACE: namespace,
  });
  const [ingest] = await Promise.all([
    run('ingest', schemaRegistryUrl === undefined ? {} : { SCHEMA_REGISTRY_URL: schemaRegistryUrl }),
    run('status-projector'),
    fleet.assign(queuesIn(namespace)),
  ]);

  const names = topics(topicPrefix);
  const { clusterId, partitions } = await withAdmin(kafka, async (admin) => ({
    clusterId: (await admin.describeCluster()).clusterId,
    partitions: (await admin.fetchTopicOffsets(names.requests)).length,
  }));
  const groupId = `${topicPrefix}${GROUP}`;
  return { kafka, broker: brokers[0] ?? '', clusterId, topicPrefix, names, groupId, partitions, ingest };
}

/** Before any service starts, so that each knows from its first record on who has left. */
async function makeRegistry(kafka: KafkaClient, topicPrefix: string): Promise<void> {
  const parsed = parseRegistry(registryYaml(), { source: 'poison' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  const { registry: file, saysPlatformNetworks } = parsed;
  const edits: readonly RegistryEdit[] = [
    { kind: 'apply', file, saysPlatformNetworks, missing: 'keep' },
    { kind: 'leave', id: LEAVING, how: 'drain' },
    { kind: 'remove', id: REMOVED },
  ];
  for (const edit of edits) await changeRegistry(kafka, topicPrefix, () => edit);
}

const queuesIn = (namespace: string) => [
  { namespace, taskQueue: POOL_TASK_QUEUE, limits: POOL_LIMITS },
  ...[...ORDERING, LEAVING].map((tenantId) => ({
    namespace,
    taskQueue: ownTaskQueueOf(tenantId),
    limits: tenantLimits(CAP),
    tenantId,
  })),
];

function serviceRunner(supervisor: Supervisor, dir: string, env: NodeJS.ProcessEnv) {
  const { root } = thisRepository();
  const register = join(root, 'tools', 'devstack', 'register.cjs');
  return (name: string, more: NodeJS.ProcessEnv = {}): Promise<Service> =>
    startService({
      supervisor,
      name,
      entry: join(root, 'services', name, 'src', 'main.ts'),
      nodeArgs: ['-C', '@vecino/source', '-r', register],
      env: { ...env, ...more },
      cwd: root,
      logPath: join(dir, `${name}.log`),
    });
}
