import {
  createCommandDecoder,
  createHttpSchemaRegistry,
  createRequestDecoder,
  topics,
} from '@vecino/contracts';
import { createSlots } from '@vecino/foundation';
import { createInProcessLimiter, createRedisLimiter, type IntakeLimiter } from '@vecino/intake';
import {
  type BatchConsumer,
  type BatchProducer,
  connectKafka,
  createBatchConsumer,
  createProducer,
  describeClusterPatiently,
  hasCommitted,
  type KafkaClient,
  SESSION_TIMEOUT_MS,
} from '@vecino/messaging';
import { followRegistry, type RegistryFeed } from '@vecino/registry';
import { namespaceOfTenant, settingsOf, type Tenant } from '@vecino/tenancy';
import type { Logger } from '@vecino/telemetry';
import { connectTemporalClient, createGateClient, type TemporalClient } from '@vecino/temporal';
import { createWakeSender } from '@vecino/wakes';
import type { IngestConfig } from './config.js';
import { followOwnership } from './follow-ownership.js';
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
  let limiter: IntakeLimiter | undefined;
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
    limiter = await createLimiter(kafka, names.requests);
    await limiter.start();
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
      limiter,
      decoder: createRequestDecoder(decoding),
      tracer: deps.tracing ? traceRecords : passTraceOn,
    });
    const handleCommands = createCommandHandler({ ...shared, decoder: createCommandDecoder(decoding) });
    const { groupId, commandGroupId } = config;
    consumers.push(
      createBatchConsumer(kafka, {
        topic: names.requests,
        groupId,
        openPartition: handleRequests,
        ownership: followOwnership(kafka, names.requests, limiter, stopping.signal),
      }),
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

  async function createLimiter(kafka: KafkaClient, topic: string): Promise<IntakeLimiter> {
    const { redis, groupId, topicPrefix } = config;
    if (!redis) {
      logger.warn(
        {},
        'no REDIS_URL: this process counts intake limits alone, exact for one replica of ingest and from its start on',
      );
      return createInProcessLimiter();
    }
    const fresh = !(await hasCommitted(kafka, { groupId, topic }, stopping.signal));
    return createRedisLimiter({
      ...redis,
      keyPrefix: topicPrefix,
      logger,
      fresh,
      leaseMs: SESSION_TIMEOUT_MS,
    });
  }

  const gateClient = ({ client }: TemporalClient, registry: RegistryFeed, wakes: BatchProducer) =>
    createGateClient({
      client,
      logger,
      waker: createWakeSender({ producer: wakes, topicPrefix: config.topicPrefix }),
      namespaceOf: (tenantId) => namespaceOfTenant(registry.current(), tenantId, sharedNamespace),
    });

  async function stop(): Promise<void> {
    if (stopping.signal.aborted) return;
    stopping.abort();
    await Promise.all(consumers.map((consumer) => consumer.stop()));
    await limiter?.stop();
    await deadLetters?.close();
    await producer?.close();
    await feed?.close();
    await temporal?.close();
    logger.info({}, 'stopped');
  }

  return { start, stop };
}
