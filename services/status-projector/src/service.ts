import { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { createHttpSchemaRegistry, createStatusCodec } from '@vecino/contracts';
import { unlessAborted } from '@vecino/foundation';
import { closeInTime, PROBE_EVERY_MS, type Service } from '@vecino/lifecycle';
import {
  type BatchProducer,
  connectKafka,
  createProducer,
  type KafkaClient,
  within,
} from '@vecino/messaging';
import { followRegistry, nameTenants, type RegistryFeed, registryFault } from '@vecino/registry';
import type { LogFields, Logger, Tracing } from '@vecino/telemetry';
import { namespaceOfTenant } from '@vecino/tenancy';
import {
  connectTemporalClient,
  connectTemporalWorker,
  createGateClient,
  drainWithinMs,
  type GateClient,
  installTemporalRuntime,
  type TemporalClient,
  temporalFault,
  type TenantWaker,
} from '@vecino/temporal';
import { createWakeSender, followWakes, type WakeFeed } from '@vecino/wakes';
import { PROJECTOR_TASK_QUEUE } from '@vecino/workflows';
import type { ProjectorConfig } from './config.js';
import { createGateActivities } from './gate-activities.js';
import { tellLastStatuses } from './last-statuses.js';
import { NamespaceKeeper, PROJECTOR_GRACE_MS } from './namespace-keeper.js';
import { createProjectorActivities } from './projector-activities.js';
import { SettingsCourier } from './settings-courier.js';
import { createStandingWatch, type StandingWatch } from './standing/standing-watch.js';
import { statusFraming } from './status-framing.js';
import { createStatusMeter } from './status-meter.js';

export interface ProjectorServiceDependencies {
  readonly config: ProjectorConfig;
  /** Absent when no spans are exported. */
  readonly tracing?: Tracing;
  readonly logger: Logger;
}

/** A publish takes 4.5 s at most; what else is under way is begun again by another projector. */
const WORKERS_MS = drainWithinMs(PROJECTOR_GRACE_MS);
const CLOSE_MS = 5_000;

/**
 * Started when activities are being polled for in the shared namespace. Stopping finishes the publishing in hand; waits for
 * closes and rebuilds of gates are given back.
 */
export function createProjectorService(deps: ProjectorServiceDependencies): Service {
  const { config, logger } = deps;
  const sharedNamespace = config.temporal.namespace;
  const stopping = new AbortController();
  const { signal } = stopping;
  let starting: Promise<LogFields> | undefined;
  let feed: RegistryFeed | undefined;
  let wakes: WakeFeed | undefined;
  let producer: BatchProducer | undefined;
  let temporal: TemporalClient | undefined;
  let connection: NativeConnection | undefined;
  let namespaces: NamespaceKeeper | undefined;
  let courier: SettingsCourier | undefined;
  let watching: Promise<void> | undefined;

  async function start(): Promise<LogFields> {
    installTemporalRuntime(logger);
    const { topicPrefix } = config;
    const kafka = connectKafka(config.kafka, 'vecino-status-projector', logger);
    const importFile = config.tenantsFile === undefined ? {} : { importFile: config.tenantsFile };
    const registry = await followRegistry({ kafka, topicPrefix, logger, signal, ...importFile });
    feed = registry;
    nameTenants(registry);
    wakes = await followWakes({ kafka, topicPrefix, logger, signal });
    producer = createProducer(kafka);
    const reach = { config: config.temporal, logger, signal };
    temporal = await connectTemporalClient(reach);
    const { client } = temporal;
    connection = await connectTemporalWorker(reach);
    const waker = createWakeSender({ producer, topicPrefix });
    const gates = gatesOf(client, registry, waker);
    const standing = createStandingWatch({ registry, wakes, client, gates, logger, signal });
    const publishing = await publishingActivities({ kafka, producer, registry, standing });
    namespaces = keepNamespaces({ registry, client, connection, gates, waker, publishing });
    await unlessAborted(signal, namespaces.start());
    courier = new SettingsCourier({ registry, wakes, gates, sharedNamespace, logger });
    courier.start();
    watching = standing.run();
    return { task_queue: PROJECTOR_TASK_QUEUE, tenants: registry.current().tenants.length };
  }

  async function publishingActivities(parts: {
    readonly kafka: KafkaClient;
    readonly producer: BatchProducer;
    readonly registry: RegistryFeed;
    readonly standing: StandingWatch;
  }): Promise<object> {
    const { kafka, producer, registry, standing } = parts;
    const meter = createStatusMeter();
    const last = tellLastStatuses(registry);
    const schemas = schemaRegistryOf(config);
    const framing = await statusFraming(schemas, logger, signal);
    return createProjectorActivities({
      kafka,
      producer,
      codec: createStatusCodec({ framing, ...(schemas && { registry: schemas }) }),
      meter: {
        published(tenantId, changes, now) {
          meter.published(tenantId, changes, now);
          last.published(tenantId, now);
          standing.heard(tenantId);
        },
      },
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

  async function stop(): Promise<void> {
    if (signal.aborted) return;
    stopping.abort();
    await within(CLOSE_MS, starting);
    await Promise.all([
      closeInTime(logger, WORKERS_MS, { workers: async () => namespaces?.stop() }),
      closeInTime(logger, CLOSE_MS, {
        courier: async () => courier?.stop(),
        metrics: async () => watching,
      }),
    ]);
    // What the Workers use to their end.
    await closeInTime(logger, CLOSE_MS, {
      registry: async () => feed?.close(),
      wakes: async () => wakes?.close(),
      producer: async () => producer?.close(),
      temporal: async () => temporal?.close(),
      'temporal (workers)': async () => connection?.close(),
    });
  }

  return {
    start: () => (starting ??= start()),
    stop,
    checks: [
      { name: 'registry', fault: () => registryFault(feed) },
      { name: 'kafka', fault: () => producer?.fault() },
      {
        name: 'temporal',
        fault: () =>
          connection ? temporalFault(connection, sharedNamespace) : 'not connected to Temporal yet',
        everyMs: PROBE_EVERY_MS,
      },
      { name: 'workers', fault: () => (namespaces ? namespaces.fault() : 'nobody polls yet') },
    ],
    pulses: [{ name: 'registry', beats: () => feed?.beats() }],
  };
}

const schemaRegistryOf = ({ schemaRegistryUrl: url }: ProjectorConfig) =>
  url === undefined ? undefined : createHttpSchemaRegistry({ url });
