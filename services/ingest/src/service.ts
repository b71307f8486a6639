import { createHttpSchemaRegistry, createRequestDecoder, topics } from '@vecino/contracts';
import {
  type BatchConsumer,
  type BatchProducer,
  connectKafka,
  createBatchConsumer,
  createProducer,
  describeClusterPatiently,
} from '@vecino/messaging';
import type { Registry } from '@vecino/tenancy';
import { namespaceOf, tenantOf } from '@vecino/tenancy';
import type { Logger } from '@vecino/telemetry';
import { connectTemporalClient, createGateClient, type TemporalClient } from '@vecino/temporal';
import type { IngestConfig } from './config.js';
import { createPartitionHandler } from './handle-batch.js';
import { createIngestMeter } from './ingest-meter.js';
import { passTraceOn, traceRecords } from './process-tracer.js';
import { trustTopicAcls } from './producer-identity.js';
import { createSlots } from './slots.js';
import { createPatientSubmitter } from './submit-patiently.js';

export interface IngestService {
  /** Resolves when partitions are being read, however long Kafka and Temporal stay away. Rejects only when stopped before. */
  start(): Promise<void>;
  /** Finishes the batches in hand, commits, and leaves the group. */
  stop(): Promise<void>;
}

export interface IngestServiceDependencies {
  readonly config: IngestConfig;
  readonly registry: () => Registry;
  /** Whether spans are exported. */
  readonly tracing: boolean;
  readonly logger: Logger;
}

/** Batches on their way to Temporal at once, over all tenants and partitions. */
const CONCURRENT_SUBMITS = 64;

export function createIngestService(deps: IngestServiceDependencies): IngestService {
  const { config, logger, registry } = deps;
  const stopping = new AbortController();
  let temporal: TemporalClient | undefined;
  let deadLetters: BatchProducer | undefined;
  let consumer: BatchConsumer | undefined;

  async function start(): Promise<void> {
    logger.info({ identity: trustTopicAcls.basis, tenants: registry().tenants.length }, 'starting');
    const kafka = connectKafka(config.kafka, 'vecino-ingest', logger);
    const { clusterId } = await describeClusterPatiently(kafka, stopping.signal);
    temporal = await connectTemporalClient({ config: config.temporal, logger, signal: stopping.signal });
    deadLetters = createProducer(kafka);
    const names = topics(config.topicPrefix);
    consumer = createBatchConsumer(kafka, {
      topic: names.requests,
      groupId: config.groupId,
      openPartition: createPartitionHandler({
        clusterId,
        registry,
        decoder: createRequestDecoder({
          ...(config.schemaRegistryUrl && {
            registry: createHttpSchemaRegistry({ url: config.schemaRegistryUrl }),
          }),
        }),
        identity: trustTopicAcls,
        submitter: createPatientSubmitter(gateClient(temporal), createSlots(CONCURRENT_SUBMITS), logger),
        deadLetters,
        dlqTopic: names.dlq,
        tracer: deps.tracing ? traceRecords : passTraceOn,
        meter: createIngestMeter(),
        logger,
      }),
    });
    await consumer.start();
    stopping.signal.throwIfAborted();
    logger.info({ topic: names.requests, group: config.groupId, partitions: consumer.assigned() }, 'ready');
  }

  const gateClient = ({ client }: TemporalClient) =>
    createGateClient({
      client,
      logger,
      namespaceOf: (tenantId) => {
        const tenant = tenantOf(registry(), tenantId);
        return tenant && namespaceOf(tenant, config.temporal.namespace);
      },
    });

  async function stop(): Promise<void> {
    if (stopping.signal.aborted) return;
    stopping.abort();
    await consumer?.stop();
    await deadLetters?.close();
    await temporal?.close();
    logger.info({}, 'stopped');
  }

  return { start, stop };
}
