import type { GroupOfTopic } from './group-offsets.js';
import type { KeptAdmin } from './kept-admin.js';

/**
 * How many records of each partition the group has not committed yet. Of a partition of which it has committed nothing: all.
 * Rejects when Kafka cannot be reached.
 */
export function lagOf(
  kept: Pick<KeptAdmin, 'use'>,
  { groupId, topic }: GroupOfTopic,
): Promise<ReadonlyMap<number, number>> {
  return kept.use(async (admin) => {
    const [described] = await admin.fetchOffsets({ groupId, topics: [topic] });
    const committed = new Map(
      described?.partitions.map(({ partition, offset }) => [partition, Number(offset)] as const),
    );
    const lags = new Map<number, number>();
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
      const done = Math.max(committed.get(partition) ?? -1, Number(low));
      lags.set(partition, Math.max(0, Number(high) - done));
    }
    return lags;
  });
}
