import { Client } from '@temporalio/client';
import { createHttpSchemaRegistry, createStatusCodec } from '@vecino/contracts';
import { type BatchProducer, connectKafka, createProducer } from '@vecino/messaging';
import type { Logger, Tracing } from '@vecino/telemetry';
import { namespaceOf, type Registry, settingsOf, tenantOf } from '@vecino/tenancy';
import {
  connectTemporalClient,
  connectTemporalWorker,
  createGateClient,
  createTenantWorker,
  installTemporalRuntime,
  type SupervisedWorker,
  superviseWorker,
  type TemporalClient,
  watchGates,
  type WorkerLimits,
} from '@vecino/temporal';
import { PROJECTOR_TASK_QUEUE } from '@vecino/workflows';
import type { ProjectorConfig } from './config.js';
import { createGateActivities, type GateActivityDependencies } from './gate-activities.js';
import { createProjectorActivities } from './projector-activities.js';
import { statusFraming } from './status-framing.js';

export interface ProjectorService {
  /** Resolves when activities are being polled for in every namespace, however long Temporal stays away. */
  start(): Promise<void>;
  /** Finishes the publishing in hand. */
  stop(): Promise<void>;
}

export interface ProjectorServiceDependencies {
  readonly config: ProjectorConfig;
  readonly registry: () => Registry;
  /** Absent when no spans are exported. */
  readonly tracing?: Tracing;
  readonly logger: Logger;
}

/** Waiting for closes costs a slot per gate and next to nothing else. */
const LIMITS: WorkerLimits = {
  activities: 2_000,
  workflowTasks: 2,
  cachedWorkflows: 0,
  pollers: 5,
  eagerActivities: false,
};
const SHUTDOWN_GRACE_MS = 6_000;

export function createProjectorService(deps: ProjectorServiceDependencies): ProjectorService {
  const { config, logger, tracing } = deps;
  const stopping = new AbortController();
  let producer: BatchProducer | undefined;
  let connection: Awaited<ReturnType<typeof connectTemporalWorker>> | undefined;
  let temporal: TemporalClient | undefined;
  let workers: readonly SupervisedWorker[] = [];
  let watching: readonly Promise<void>[] = [];

  async function start(): Promise<void> {
    installTemporalRuntime(logger);
    const kafka = connectKafka(config.kafka, 'vecino-status-projector', logger);
    producer = createProducer(kafka);
    const reach = { config: config.temporal, logger, signal: stopping.signal };
    const client = await connectTemporalClient(reach);
    temporal = client;
    connection = await connectTemporalWorker(reach);
    const schemas = schemaRegistryOf(config);
    const framing = await statusFraming(schemas, logger, stopping.signal);
    const activities = createProjectorActivities({
      kafka,
      producer,
      codec: createStatusCodec({ framing, ...(schemas && { registry: schemas }) }),
      topicPrefix: config.topicPrefix,
      tracing: tracing !== undefined,
      logger,
    });
    const namespaces = namespacesOf(deps.registry(), config.temporal.namespace);
    const clients = namespaces.map((namespace) => new Client({ connection: client.connection, namespace }));
    workers = clients.map((own) =>
      startWorker(own.options.namespace, { ...activities, ...createGateActivities(gateDependencies(own)) }),
    );
    await Promise.all(workers.map(({ polling }) => polling));
    stopping.signal.throwIfAborted();
    watching = clients.map(watch);
    logger.info({ task_queue: PROJECTOR_TASK_QUEUE, namespaces }, 'ready');
  }

  function gateDependencies(client: Client): GateActivityDependencies {
    const { connection: shared } = client;
    const sharedNamespace = config.temporal.namespace;
    const ownNamespaceOf = (tenantId: string) => {
      const tenant = tenantOf(deps.registry(), tenantId);
      return tenant && namespaceOf(tenant, sharedNamespace);
    };
    const clientOf = (namespace: string) => new Client({ connection: shared, namespace });
    const gates = createGateClient({ client, logger, namespaceOf: ownNamespaceOf });
    return { client, clientOf, gates, registry: deps.registry, sharedNamespace };
  }

  function startWorker(namespace: string, activities: object): SupervisedWorker {
    if (!connection) throw new Error('not connected');
    const options = {
      connection,
      namespace,
      taskQueue: PROJECTOR_TASK_QUEUE,
      activities,
      limits: LIMITS,
      shutdownGraceMs: SHUTDOWN_GRACE_MS,
      ...(tracing && { tracing }),
    };
    return superviseWorker(
      () => createTenantWorker(options),
      logger.child({ temporal_namespace: namespace }),
    );
  }

  /** Keeps the gates of one namespace alive: a tenant whose gate ended is not left waiting for its next request. */
  function watch(client: Client): Promise<void> {
    const { namespace } = client.options;
    const shared = config.temporal.namespace;
    const ofNamespace = () => {
      const registry = deps.registry();
      return registry.tenants
        .filter((tenant) => namespaceOf(tenant, shared) === namespace)
        .map((tenant) => settingsOf(registry, tenant, shared));
    };
    const gates = createGateClient({ client, logger });
    return watchGates({ client, gates, tenants: ofNamespace, logger, signal: stopping.signal });
  }

  async function stop(): Promise<void> {
    if (stopping.signal.aborted) return;
    stopping.abort();
    await Promise.allSettled(workers.map((worker) => worker.stop()));
    await Promise.allSettled(watching);
    await producer?.close();
    await connection?.close();
    await temporal?.close();
    logger.info({}, 'stopped');
  }

  return { start, stop };
}

const namespacesOf = (registry: Registry, shared: string): string[] => [
  ...new Set([shared, ...registry.tenants.map((tenant) => namespaceOf(tenant, shared))]),
];

const schemaRegistryOf = ({ schemaRegistryUrl: url }: ProjectorConfig) =>
  url === undefined ? undefined : createHttpSchemaRegistry({ url });
