import { CALL_SECONDS, DELAY_SECONDS } from './buckets.js';
import type { MetricSpec, ServiceName } from './metric.js';

/** A worker of one tenant writes nothing. */
const WRITERS = ['ingest', 'worker-shared', 'status-projector'] as const satisfies readonly ServiceName[];

/** By OpenTelemetry's semantic conventions for messaging. */
export const KAFKA_METRICS = {
  consumed: {
    kind: 'counter',
    name: 'messaging.client.consumed.messages',
    unit: '{message}',
    labels: [
      'messaging.system',
      'messaging.operation.name',
      'messaging.destination.name',
      'messaging.destination.partition.id',
      'messaging.consumer.group.name',
    ],
    from: ['ingest'],
    meaning: 'Records that were fetched; those that are read again after a rebalance count again.',
  },
  processed: {
    kind: 'histogram',
    name: 'messaging.process.duration',
    unit: 's',
    buckets: DELAY_SECONDS,
    labels: [
      'messaging.system',
      'messaging.operation.name',
      'messaging.destination.name',
      'messaging.consumer.group.name',
      'error.type',
    ],
    from: ['ingest'],
    meaning: 'From when a batch of records was fetched to when everything that it asks for was durable.',
  },
  sent: {
    kind: 'counter',
    name: 'messaging.client.sent.messages',
    unit: '{message}',
    labels: [
      'messaging.system',
      'messaging.operation.name',
      'messaging.destination.name',
      'messaging.destination.template',
      'error.type',
    ],
    from: WRITERS,
    meaning: 'Records that Kafka was given; with `error.type` those that it did not confirm.',
  },
  operation: {
    kind: 'histogram',
    name: 'messaging.client.operation.duration',
    unit: 's',
    buckets: CALL_SECONDS,
    labels: ['messaging.system', 'messaging.operation.name', 'error.type'],
    from: WRITERS,
    meaning: 'How long writes took until all replicas in sync had them.',
  },
} as const satisfies Record<string, MetricSpec>;
