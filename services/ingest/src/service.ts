import {
  createCommandDecoder,
  createHttpSchemaRegistry,
  createRequestDecoder,
  topics,
} from '@vecino/contracts';
import { createSlots } from '@vecino/foundation';
import { createInProcessLimiter, createRedisLimiter, type IntakeLimiter } from '@vecino/intake';
import { closeInTime, PROBE_EVERY_MS, type Service } from '@vecino/lifecycle';
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
  within,
} from '@vecino/messaging';
import { followRegistry, nameTenants, type RegistryFeed, registryFault } from '@vecino/registry';
import { namespaceOfTenant, settingsOf, type Tenant } from '@vecino/tenancy';
import type { Logger, LogFields } from '@vecino/telemetry';
import {
  connectTemporalClient,
  createGateClient,
  type TemporalClient,
  temporalFault,
} from '@vecino/temporal';
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
import { watchLag } from './watch-lag.js';

export interface IngestServiceDependencies {
  readonly config: IngestConfig;
  /** Whether spans are exported. */
  readonly tracing: boolean;
  readonly logger: Logger;
}

/** Batches on their way to Temporal at once, over all tenants and partitions. */
const CONCURRENT_SUBMITS = 64;
/** After the consumers, which take 16 s at most. */
const CLOSE_MS = 5_000;

/**
 * Started when partitions are being read. Stopping finishes the batches in hand, commits, and leaves the groups; what is not
 * done after 10 s is given back, and delivered again.
 */
export function createIngestService(deps: IngestServiceDependencies): Service {
  const { config, logger } = deps;
  const sharedNamespace = config.temporal.namespace;
  const stopping = new AbortController();
  let feed: RegistryFeed | undefined;
  let temporal: TemporalClient | undefined;
  let producer: BatchProducer | undefined;
  let deadLetters: BatchProducer | undefined;
  let limiter: IntakeLimiter | undefined;
  const consumers: BatchConsumer[] = [];
  let starting: Promise<LogFields> | undefined;
  let watchingLag: Promise<void> | undefined;

  async function start(): Promise<LogFields> {
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
    nameTenants(registry);
    const { clusterId } = await describeClusterPatiently(kafka, stopping.signal);
    temporal = await connectTemporalClient({ config: config.temporal, logger, signal: stopping.signal });
    deadLetters = createProducer(kafka);
    // A dead letter that cannot be written must not hold up a wake.
    producer = createProducer(kafka);
    const gates = withinRegistryLease(gateClient(temporal, registry, producer), registry, sharedNamespace);
    const names = topics(config.topicPrefix);
    limiter = await createLimiter(kafka, names.requests);
    await limiter.start();
    stopping.signal.throwIfAborted();
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
    const read = [
      { topic: names.requests, groupId },
      { topic: names.commands, groupId: commandGroupId },
    ];
    const groups = read.map((group, i) => ({ ...group, assigned: () => consumers[i]?.assigned() ?? [] }));
    watchingLag = watchLag(kafka, groups, stopping.signal);
    const partitions = consumers.map((consumer) => consumer.assigned());
    return { topics: [names.requests, names.commands], group: groupId, partitions };
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
    await within(CLOSE_MS, starting);
    await closeInTime(logger, CLOSE_MS, {
      lag: async () => watchingLag,
      redis: async () => limiter?.stop(),
      'dead letters': async () => deadLetters?.close(),
      wakes: async () => producer?.close(),
      registry: async () => feed?.close(),
      temporal: async () => temporal?.close(),
    });
  }

  return {
    start: () => (starting ??= start()),
    stop,
    checks: [
      { name: 'kafka', fault: () => faultOfConsumers(consumers) },
      { name: 'registry', fault: () => registryFault(feed) },
      {
        name: 'temporal',
        fault: () =>
          temporal ? temporalFault(temporal.connection, sharedNamespace) : 'not connected to Temporal yet',
        everyMs: PROBE_EVERY_MS,
      },
      { name: 'intake', fault: () => limiter?.fault() },
    ],
    pulses: [
      { name: 'registry', beats: () => feed?.beats() },
      { name: 'requests', beats: () => consumers[0]?.beats() },
      { name: 'commands', beats: () => consumers[1]?.beats() },
    ],
  };
}

function faultOfConsumers(consumers: readonly BatchConsumer[]): string | undefined {
  if (consumers.length === 0) return 'nothing is read yet';
  return consumers.map((consumer) => consumer.fault()).find((fault) => fault !== undefined);
}
