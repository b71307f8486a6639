import {
  createCommandDecoder,
  createHttpSchemaRegistry,
  createRequestDecoder,
  topics,
} from '@vecino/contracts';
import { createSlots } from '@vecino/foundation';
import {
  type BatchConsumer,
  type BatchProducer,
  connectKafka,
  createBatchConsumer,
  createProducer,
  describeClusterPatiently,
} from '@vecino/messaging';
import { followRegistry, type RegistryFeed } from '@vecino/registry';
import { namespaceOf, settingsOf, type Tenant, tenantOf } from '@vecino/tenancy';
import type { Logger } from '@vecino/telemetry';
import { connectTemporalClient, createGateClient, type TemporalClient } from '@vecino/temporal';
import { createWakeSender } from '@vecino/wakes';
import type { IngestConfig } from './config.js';
import { createPartitionHandler } from './handle-batch.js';
import { createCommandHandler } from './handle-commands.js';
import { createIngestMeter } from './ingest-meter.js';
import { passTraceOn, traceRecords } from './process-tracer.js';
import { trustTopicAcls } from './producer-identity.js';
import { registrySince, withinRegistryLease } from './registry-lease.js';
import { createPatientSubmitter } from './submit-patiently.js';

export interface IngestService {
  /** Resolves when partitions are being read, however long Kafka and Temporal stay away. Rejects only when stopped before. */
  start(): Promise<void>;
  /** Finishes the batches in hand, commits, and leaves the group. */
  stop(): Promise<void>;
}

export interface IngestServiceDependencies {
  readonly config: IngestConfig;
  /** Whether spans are exported. */
  readonly tracing: boolean;
  readonly logger: Logger;
}

/** Batches on their way to Temporal at once, over all tenants and partitions. */
const CONCURRENT_SUBMITS = 64;

export function createIngestService(deps: IngestServiceDependencies): IngestService {
  const { config, logger } = deps;
  const sharedNamespace = config.temporal.namespace;
  const stopping = new AbortController();
  let feed: RegistryFeed | undefined;
  let temporal: TemporalClient | undefined;
  let producer: BatchProducer | undefined;
  let deadLetters: BatchProducer | undefined;
  const consumers: BatchConsumer[] = [];

  async function start(): Promise<void> {
    logger.info({ identity: trustTopicAcls.basis }, 'starting');
    const kafka = connectKafka(config.kafka, 'vecino-ingest', logger);
    const registry = await followRegistry({
      kafka,
      topicPrefix: config.topicPrefix,
      logger,
      signal: stopping.signal,
      ...(config.tenantsFile !== undefined && { importFile: config.tenantsFile }),
    });
    feed = registry;
    const { clusterId } = await describeClusterPatiently(kafka, stopping.signal);
    temporal = await connectTemporalClient({ config: config.temporal, logger, signal: stopping.signal });
    deadLetters = createProducer(kafka);
    // A dead letter that cannot be written must not hold up a wake.
    producer = createProducer(kafka);
    const gates = withinRegistryLease(gateClient(temporal, registry, producer), registry, sharedNamespace);
    const names = topics(config.topicPrefix);
    const decoding = {
      ...(config.schemaRegistryUrl && {
        registry: createHttpSchemaRegistry({ url: config.schemaRegistryUrl }),
      }),
    };
    const shared = {
      registry: () => registry.current(),
      registrySince: (at: number, signal: AbortSignal) => registrySince(registry, at, signal),
      settings: (tenant: Tenant) => settingsOf(registry.current(), tenant, sharedNamespace),
      identity: trustTopicAcls,
      submitter: createPatientSubmitter(gates, createSlots(CONCURRENT_SUBMITS), logger),
      deadLetters,
      dlqTopic: names.dlq,
      meter: createIngestMeter(),
      logger,
    };
    const handleRequests = createPartitionHandler({
      ...shared,
      clusterId,
      decoder: createRequestDecoder(decoding),
      tracer: deps.tracing ? traceRecords : passTraceOn,
    });
    const handleCommands = createCommandHandler({ ...shared, decoder: createCommandDecoder(decoding) });
    const { groupId, commandGroupId } = config;
    consumers.push(
      createBatchConsumer(kafka, { topic: names.requests, groupId, openPartition: handleRequests }),
      createBatchConsumer(kafka, {
        topic: names.commands,
        groupId: commandGroupId,
        openPartition: handleCommands,
      }),
    );
    await Promise.all(consumers.map((consumer) => consumer.start()));
    stopping.signal.throwIfAborted();
    const partitions = consumers.map((consumer) => consumer.assigned());
    logger.info({ topics: [names.requests, names.commands], group: groupId, partitions }, 'ready');
  }

  const gateClient = ({ client }: TemporalClient, registry: RegistryFeed, wakes: BatchProducer) =>
    createGateClient({
      client,
      logger,
      waker: createWakeSender({ producer: wakes, topicPrefix: config.topicPrefix }),
      namespaceOf: (tenantId) => {
        const tenant = tenantOf(registry.current(), tenantId);
        return tenant && namespaceOf(tenant, sharedNamespace);
      },
    });

  async function stop(): Promise<void> {
    if (stopping.signal.aborted) return;
    stopping.abort();
    await Promise.all(consumers.map((consumer) => consumer.stop()));
    await deadLetters?.close();
    await producer?.close();
    await feed?.close();
    await temporal?.close();
    logger.info({}, 'stopped');
  }

  return { start, stop };
}
