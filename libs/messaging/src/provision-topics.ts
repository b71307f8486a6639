import { type TopicKind, topics } from '@vecino/contracts';
import { type Admin, ConfigResourceTypes } from 'kafkajs';
import { createBackoff } from './backoff.js';
import type { KafkaClient } from './connect-kafka.js';
import {
  type ActualTopic,
  compareTopic,
  type PlannedTopic,
  planTopics,
  type TopicDifference,
} from './topic-plan.js';
import { mayPass, produceFault } from './kafkajs/produce-fault.js';
import { withAdmin } from './with-admin.js';

export interface ProvisionResult {
  readonly created: readonly string[];
  /** Where a topic that was there already is not as planned. Nothing is altered: partitions and limits may be an operator's choice. */
  readonly differences: readonly TopicDifference[];
}

/** Creates the topics that are missing and compares the others. Safe to run from several processes at once. Rejects when Kafka cannot be reached. */
export function provisionTopics(client: KafkaClient, prefix = ''): Promise<ProvisionResult> {
  return withAdmin(client, async (admin) => {
    const { brokers } = await admin.describeCluster();
    const planned = planTopics(brokers.length, prefix);
    const created: string[] = [];
    for (const topic of planned) if (await createTopic(admin, topic)) created.push(topic.name);
    const older = planned.filter(({ name }) => !created.includes(name));
    const actual = await describeTopics(admin, older);
    return { created, differences: actual.flatMap(({ topic, found }) => compareTopic(topic, found)) };
  });
}

/** Creates one topic of the table where it is missing. Rejects when Kafka cannot be reached. */
export const ensureTopic = (
  client: KafkaClient,
  kind: Exclude<TopicKind, 'status'>,
  prefix = '',
): Promise<void> =>
  withAdmin(client, async (admin) => {
    const name = topics(prefix)[kind];
    if ((await admin.listTopics()).includes(name)) return;
    const { brokers } = await admin.describeCluster();
    for (const topic of planTopics(brokers.length, prefix))
      if (topic.name === name) await createTopic(admin, topic);
  });

/** False when it exists already. Resolves when the cluster knows it: right after its creation it is unknown for a moment. */
export async function createTopic(admin: Admin, topic: PlannedTopic): Promise<boolean> {
  const created = await admin.createTopics({
    waitForLeaders: false,
    topics: [
      {
        topic: topic.name,
        numPartitions: topic.partitions,
        replicationFactor: topic.replicationFactor,
        configEntries: Object.entries(topic.config).map(([name, value]) => ({ name, value })),
      },
    ],
  });
  await untilNothing(() => missingLeaders(admin, topic));
  if (created) await untilNothing(() => refusalOf(admin, topic.name));
  return created;
}

const KNOWN_WITHIN_MS = 10_000;

/** Looks until nothing is in the way any more; throws what still is when time is up. */
async function untilNothing(look: () => Promise<unknown>): Promise<void> {
  const backoff = createBackoff(20, 500);
  const deadline = Date.now() + KNOWN_WITHIN_MS;
  for (;;) {
    const obstacle = await look();
    if (obstacle === undefined) return;
    if (Date.now() > deadline) throw obstacle;
    await backoff.wait();
  }
}

async function missingLeaders(admin: Admin, { name, partitions }: PlannedTopic): Promise<Error | undefined> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [name] }).catch(nothingYet);
  const known = topics[0]?.partitions.filter(({ leader }) => leader >= 0).length ?? 0;
  if (known > 0 && known === topics[0]?.partitions.length) return undefined;
  return new Error(`topic ${name}: ${known} of ${partitions} partitions have a leader`);
}

/** Leaders are named before they have their logs: until then, what is written is refused. */
async function refusalOf(admin: Admin, topic: string): Promise<unknown> {
  try {
    await admin.fetchTopicOffsets(topic);
    return undefined;
  } catch (err) {
    if (mayPass(err)) return err;
    throw err;
  }
}

const nothingYet = (err: unknown): { topics: { partitions: { leader: number }[] }[] } => {
  if (produceFault(err) === 'topic') return { topics: [] };
  throw err;
};

async function describeTopics(
  admin: Admin,
  planned: readonly PlannedTopic[],
): Promise<{ readonly topic: PlannedTopic; readonly found: ActualTopic }[]> {
  if (planned.length === 0) return [];
  const { topics } = await admin.fetchTopicMetadata({ topics: planned.map(({ name }) => name) });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: planned.map(({ name, config }) => ({
      type: ConfigResourceTypes.TOPIC,
      name,
      configNames: Object.keys(config),
    })),
  });
  return planned.map((topic) => {
    const partitions = topics.find(({ name }) => name === topic.name)?.partitions ?? [];
    const entries = resources.find(({ resourceName }) => resourceName === topic.name)?.configEntries ?? [];
    const config = Object.fromEntries(
      entries.map(({ configName, configValue }) => [configName, configValue]),
    );
    return {
      topic,
      found: {
        partitions: partitions.length,
        replicationFactor: partitions[0]?.replicas.length ?? 0,
        config,
      },
    };
  });
}
