/** Names of all topics, under a prefix that is empty but in tests. */
export interface Topics {
  readonly requests: string;
  readonly dlq: string;
  readonly commands: string;
  readonly tenants: string;
  readonly wakes: string;
  status(tenantId: string): string;
}

export const topics = (prefix = ''): Topics => ({
  requests: `${prefix}deployment-requests`,
  dlq: `${prefix}deployment-requests.dlq`,
  commands: `${prefix}deployment-commands`,
  tenants: `${prefix}tenants`,
  wakes: `${prefix}tenant-wakes`,
  status: (tenantId) => `${prefix}deployment-status.${tenantId}`,
});

/** The tenant of a status topic; undefined for any other topic. */
export function tenantOfStatusTopic(topic: string, prefix = ''): string | undefined {
  const start = topics(prefix).status('');
  return topic.startsWith(start) && topic.length > start.length ? topic.slice(start.length) : undefined;
}

export type TopicKind = keyof Topics;

/** What provisioning creates, and `docs/topics.md` shows. */
export interface TopicSpec {
  readonly kind: TopicKind;
  /** Without prefix; `<tenant>` stands for a tenant's id. */
  readonly name: string;
  readonly key: string;
  readonly partitions: number;
  /** Wanted; fewer where the cluster has fewer brokers. */
  readonly replicationFactor: number;
  readonly minInsyncReplicas: number;
  readonly cleanupPolicy: 'delete' | 'compact';
  /** Milliseconds; -1 keeps for ever. */
  readonly retentionMs: number;
  readonly timestampType: 'LogAppendTime' | 'CreateTime';
  /** Of a batch, as the broker counts. */
  readonly maxMessageBytes: number;
  readonly compressionType: 'uncompressed';
  /** Rule for the value's schema in a registry; null where the value is not ours. */
  readonly compatibility: 'FULL_TRANSITIVE' | null;
}

const DAY_MS = 24 * 60 * 60 * 1_000;
const MAX_BATCH_BYTES = 1024 * 1024;
/** Room for the headers that a dead letter gets on top of its original. */
const DEAD_LETTER_EXTRA_BYTES = 64 * 1024;

const SHARED = {
  replicationFactor: 3,
  minInsyncReplicas: 2,
  cleanupPolicy: 'delete',
  // The broker's clock: a producer's clock decides neither retention nor whether a topic looks recreated.
  timestampType: 'LogAppendTime',
  maxMessageBytes: MAX_BATCH_BYTES,
  // Rewritten by the broker, so that consumers without the producer's codec can read.
  compressionType: 'uncompressed',
  compatibility: 'FULL_TRANSITIVE',
} as const;

export const TOPIC_TABLE: readonly TopicSpec[] = [
  {
    ...SHARED,
    kind: 'requests',
    name: 'deployment-requests',
    key: 'any that keeps the records of one router in order',
    partitions: 12,
    retentionMs: 7 * DAY_MS,
  },
  {
    ...SHARED,
    kind: 'dlq',
    name: 'deployment-requests.dlq',
    key: 'as in the original record',
    partitions: 3,
    retentionMs: 30 * DAY_MS,
    maxMessageBytes: MAX_BATCH_BYTES + DEAD_LETTER_EXTRA_BYTES,
    compatibility: null,
  },
  {
    ...SHARED,
    kind: 'status',
    name: 'deployment-status.<tenant>',
    key: 'deployment id',
    partitions: 1,
    retentionMs: 30 * DAY_MS,
  },
  {
    ...SHARED,
    kind: 'commands',
    name: 'deployment-commands',
    key: 'deployment id',
    partitions: 3,
    retentionMs: 7 * DAY_MS,
  },
  {
    ...SHARED,
    kind: 'tenants',
    name: 'tenants',
    key: 'tenant id',
    partitions: 1,
    cleanupPolicy: 'compact',
    retentionMs: -1,
  },
  {
    ...SHARED,
    kind: 'wakes',
    name: 'tenant-wakes',
    key: 'tenant id',
    partitions: 1,
    cleanupPolicy: 'compact',
    retentionMs: -1,
    compatibility: null,
  },
];

export function topicSpec(kind: TopicKind): TopicSpec {
  const spec = TOPIC_TABLE.find((row) => row.kind === kind);
  if (spec === undefined) throw new Error(`the topic table has no ${kind}`);
  return spec;
}

/** Who follows a compacted topic reads it from its beginning: what has been superseded must not pile up for a week in its last segment. */
const COMPACTED_SEGMENT_MS = 10 * 60 * 1_000;

/** Kafka's names and values for the topic; `brokers` as many as the cluster has. */
export function topicConfig(spec: TopicSpec, brokers: number): Record<string, string> {
  return {
    'cleanup.policy': spec.cleanupPolicy,
    'retention.ms': String(spec.retentionMs),
    'message.timestamp.type': spec.timestampType,
    'max.message.bytes': String(spec.maxMessageBytes),
    'compression.type': spec.compressionType,
    'min.insync.replicas': String(Math.min(spec.minInsyncReplicas, replicationOf(spec, brokers))),
    ...(spec.cleanupPolicy === 'compact' && { 'segment.ms': String(COMPACTED_SEGMENT_MS) }),
  };
}

export const replicationOf = (spec: TopicSpec, brokers: number): number =>
  Math.max(1, Math.min(spec.replicationFactor, brokers));
