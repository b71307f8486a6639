import {
  replicationOf,
  topicConfig,
  topics,
  topicSpec,
  TOPIC_TABLE,
  type TopicSpec,
} from '@vecino/contracts';

/** A topic as it is to be on this cluster. */
export interface PlannedTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
}

export type ActualTopic = Omit<PlannedTopic, 'name'>;

export interface TopicDifference {
  readonly topic: string;
  readonly setting: string;
  readonly expected: string;
  readonly actual: string;
}

/** All topics of the table that exist once; a tenant's status topic comes with its first status. */
export const planTopics = (brokers: number, prefix = ''): PlannedTopic[] =>
  TOPIC_TABLE.flatMap((spec) =>
    spec.kind === 'status' ? [] : [plan(topics(prefix)[spec.kind], spec, brokers)],
  );

export const planStatusTopic = (tenantId: string, brokers: number, prefix = ''): PlannedTopic =>
  plan(topics(prefix).status(tenantId), topicSpec('status'), brokers);

function plan(name: string, spec: TopicSpec, brokers: number): PlannedTopic {
  const { partitions } = spec;
  return {
    name,
    partitions,
    replicationFactor: replicationOf(spec, brokers),
    config: topicConfig(spec, brokers),
  };
}

/** Where a topic is not as planned. More partitions or replicas than planned are fine. */
export function compareTopic(planned: PlannedTopic, actual: ActualTopic): TopicDifference[] {
  const differences: TopicDifference[] = [];
  const report = (setting: string, expected: string | number, found: string | number): void => {
    differences.push({ topic: planned.name, setting, expected: String(expected), actual: String(found) });
  };
  if (actual.partitions < planned.partitions) report('partitions', planned.partitions, actual.partitions);
  if (actual.replicationFactor < planned.replicationFactor) {
    report('replication factor', planned.replicationFactor, actual.replicationFactor);
  }
  for (const [setting, expected] of Object.entries(planned.config)) {
    const found = actual.config[setting] ?? 'unset';
    if (found !== expected) report(setting, expected, found);
  }
  return differences;
}
