import type { KafkaClient } from './connect-kafka.js';
import { askPatiently, withAdmin } from './with-admin.js';

export interface GroupOfTopic {
  readonly groupId: string;
  readonly topic: string;
}

/** Whether the group has ever committed an offset of the topic; asks for as long as Kafka stays away, until aborted. */
export async function hasCommitted(
  client: KafkaClient,
  { groupId, topic }: GroupOfTopic,
  signal: AbortSignal,
): Promise<boolean> {
  const described = await askPatiently(client, signal, () =>
    withAdmin(client, async (admin) =>
      // Kafka does not mind a topic that is not there.
      (await admin.fetchOffsets({ groupId, topics: [topic] })).flatMap(({ partitions }) => partitions),
    ),
  );
  return described.some(({ offset }) => Number(offset) >= 0);
}

/** Asks for as long as Kafka or the topic stays away, until aborted. */
export const partitionCountOf = (client: KafkaClient, topic: string, signal: AbortSignal): Promise<number> =>
  askPatiently(client, signal, () =>
    withAdmin(client, async (admin) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      const count = topics[0]?.partitions.length ?? 0;
      if (count === 0) throw new Error(`topic ${topic} has no partitions`);
      return count;
    }),
  );
