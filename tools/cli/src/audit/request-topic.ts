import { topics } from '@vecino/contracts';
import { withAdmin } from '@vecino/messaging';
import { kafkaOf, type PlatformEnvironment } from '../platform-access.js';

const DEFAULT_GROUP = 'vecino-ingest';

export interface RequestTopic {
  readonly name: string;
  /** Next offset that ingest reads, of each partition in which it has read any. */
  readonly committed: ReadonlyMap<number, number>;
  /** It does not go back to its first record. */
  readonly isCut: boolean;
}

/** Rejects where there is no such topic, or Kafka cannot be reached. */
export function describeRequestTopic(env: PlatformEnvironment): Promise<RequestTopic> {
  const name = topics(env['VECINO_TOPIC_PREFIX']).requests;
  const groupId = env['VECINO_INGEST_GROUP'] || DEFAULT_GROUP;
  return withAdmin(kafkaOf(env), async (admin) => {
    const bounds = await admin.fetchTopicOffsets(name);
    const groups = await admin.fetchOffsets({ groupId, topics: [name] });
    const committed = groups.flatMap(({ partitions }) =>
      partitions.map(({ partition, offset }): [number, number] => [partition, Math.max(0, Number(offset))]),
    );
    return {
      name,
      committed: new Map(committed),
      isCut: bounds.some(({ low }) => Number(low) > 0),
    };
  });
}
