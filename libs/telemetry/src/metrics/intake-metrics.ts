import { DELAY_SECONDS } from './buckets.js';
import { type MetricSpec } from './metric.js';

/** What ingest makes of records. */
export const INTAKE_METRICS = {
  requestsTaken: {
    kind: 'counter',
    name: 'vecino.ingest.requests',
    unit: '{request}',
    labels: ['vecino.tenant.id'],
    from: ['ingest'],
    meaning: 'Requests that were handed to their tenant’s gate, refused ones included.',
  },
  intakeLatency: {
    kind: 'histogram',
    name: 'vecino.ingest.latency',
    unit: 's',
    buckets: DELAY_SECONDS,
    labels: ['vecino.tenant.id'],
    from: ['ingest'],
    meaning: 'From when Kafka took a request to when Temporal had it for its gate.',
  },
  ingestLag: {
    kind: 'gauge',
    name: 'vecino.ingest.lag',
    unit: '{record}',
    merge: 'max',
    labels: [
      'messaging.destination.name',
      'messaging.consumer.group.name',
      'messaging.destination.partition.id',
    ],
    from: ['ingest'],
    meaning: 'Records of a partition that are not done yet, by the replica that reads it.',
  },
  limitHits: {
    kind: 'counter',
    name: 'vecino.limits.hits',
    unit: '{request}',
    labels: ['vecino.tenant.id', 'vecino.limit'],
    from: ['ingest', 'status-projector'],
    meaning:
      'Requests that met a limit: `intake` and `queue` refused them, `concurrency` made them wait. A batch that is taken again counts again.',
  },
  deadLetters: {
    kind: 'counter',
    name: 'vecino.dead_letters',
    unit: '{record}',
    labels: ['vecino.tenant.id', 'vecino.reason.code'],
    from: ['ingest', 'status-projector'],
    meaning: 'Records written to the dead-letter topic.',
  },
} as const satisfies Record<string, MetricSpec>;
