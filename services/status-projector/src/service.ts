import { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { createHttpSchemaRegistry, createStatusCodec } from '@vecino/contracts';
import { type BatchProducer, connectKafka, createProducer, type KafkaClient } from '@vecino/messaging';
import { followRegistry, type RegistryFeed } from '@vecino/registry';
import type { Logger, Tracing } from '@vecino/telemetry';
import { namespaceOfTenant } from '@vecino/tenancy';
import {
  connectTemporalClient,
  connectTemporalWorker,
  createGateClient,
  type GateClient,
  installTemporalRuntime,
} from '@vecino/temporal';
import { createWakeSender, followWakes, type TenantWaker } from '@vecino/wakes';
import { PROJECTOR_TASK_QUEUE } from '@vecino/workflows';
import type { ProjectorConfig } from './config.js';
import { createGateActivities } from './gate-activities.js';
import { NamespaceKeeper } from './namespace-keeper.js';
import { createProjectorActivities } from './projector-activities.js';
import { SettingsCourier } from './settings-courier.js';
import { statusFraming } from './status-framing.js';

export interface ProjectorService {
  /** Resolves when activities are being polled for in the shared namespace, however long Kafka and Temporal stay away. */
  start(): Promise<void>;
  /** Finishes the publishing in hand. */
  stop(): Promise<void>;
}

export interface ProjectorServiceDependencies {
  readonly config: ProjectorConfig;
  /** Absent when no spans are exported. */
  readonly tracing?: Tracing;
  readonly logger: Logger;
}

/** What is to be closed at the end, the last opened first. */
type Closing = () => Promise<void>;

export function createProjectorService(deps: ProjectorServiceDependencies): ProjectorService {
  const { config, logger } = deps;
  const sharedNamespace = config.temporal.namespace;
  const stopping = new AbortController();
  const { signal } = stopping;
  const closings: Closing[] = [];
  let starting: Promise<void> | undefined;

  async function opened<T>(opening: Promise<T>, close: (one: T) => Promise<void>): Promise<T> {
    const one = await opening;
    closings.push(() => close(one));
    signal.throwIfAborted();
    return one;
  }

  async function start(): Promise<void> {
    installTemporalRuntime(logger);
    const { topicPrefix } = config;
    const kafka = connectKafka(config.kafka, 'vecino-status-projector', logger);
    const importFile = config.tenantsFile === undefined ? {} : { importFile: config.tenantsFile };
    const registry = await opened(
      followRegistry({ kafka, topicPrefix, logger, signal, ...importFile }),
      (feed) => feed.close(),
    );
    const wakes = await opened(followWakes({ kafka, topicPrefix, logger, signal }), (feed) => feed.close());
    const producer = await opened(Promise.resolve(createProducer(kafka)), (one) => one.close());
    const reach = { config: config.temporal, logger, signal };
    const { client } = await opened(connectTemporalClient(reach), (temporal) => temporal.close());
    const connection = await opened(connectTemporalWorker(reach), (one) => one.close());
    const waker = createWakeSender({ producer, topicPrefix });
    const gates = gatesOf(client, registry, waker);
    const publishing = await publishingActivities(kafka, producer);
    const namespaces = keepNamespaces({ registry, client, connection, gates, waker, publishing });
    closings.push(() => namespaces.stop());
    await Promise.race([namespaces.start(), whenAborted(signal)]);
    signal.throwIfAborted();
    const courier = new SettingsCourier({ registry, wakes, gates, sharedNamespace, logger });
    courier.start();
    closings.push(() => courier.stop());
    logger.info({ task_queue: PROJECTOR_TASK_QUEUE, tenants: registry.current().tenants.length }, 'ready');
  }

  async function publishingActivities(kafka: KafkaClient, producer: BatchProducer): Promise<object> {
    const schemas = schemaRegistryOf(config);
    const framing = await statusFraming(schemas, logger, signal);
    return createProjectorActivities({
      kafka,
      producer,
      codec: createStatusCodec({ framing, ...(schemas && { registry: schemas }) }),
      topicPrefix: config.topicPrefix,
      tracing: deps.tracing !== undefined,
      logger,
    });
  }

  const gatesOf = (client: Client, registry: RegistryFeed, waker: TenantWaker): GateClient =>
    createGateClient({
      client,
      logger,
      waker,
      namespaceOf: (tenantId) => namespaceOfTenant(registry.current(), tenantId, sharedNamespace),
    });

  function keepNamespaces(parts: {
    readonly registry: RegistryFeed;
    readonly client: Client;
    readonly connection: NativeConnection;
    readonly gates: GateClient;
    readonly waker: TenantWaker;
    readonly publishing: object;
  }): NamespaceKeeper {
    const { registry, client, connection, gates, waker, publishing } = parts;
    const clientOf = (namespace: string) => new Client({ connection: client.connection, namespace });
    const activitiesFor = (own: Client): object => ({
      ...publishing,
      ...createGateActivities({
        client: own,
        clientOf,
        gates,
        wake: (tenantId) => waker.wake(tenantId),
        registry: () => registry.current(),
        registryAgeMs: () => registry.ageMs(),
        sharedNamespace,
        logger,
      }),
    });
    const { tracing } = deps;
    return new NamespaceKeeper({
      registry,
      client,
      connection,
      gates,
      activitiesFor,
      ...(tracing && { tracing }),
      logger,
    });
  }

  return {
    start: () => (starting ??= start()),
    async stop() {
      if (signal.aborted) return;
      stopping.abort();
      await starting?.catch(() => undefined);
      for (const close of closings.reverse())
        await close().catch((err: unknown) => logger.warn({ err }, 'closing'));
      logger.info({}, 'stopped');
    },
  };
}

const whenAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

const schemaRegistryOf = ({ schemaRegistryUrl: url }: ProjectorConfig) =>
  url === undefined ? undefined : createHttpSchemaRegistry({ url });
