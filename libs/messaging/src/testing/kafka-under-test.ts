import { silentLogger } from '@vecino/telemetry';
import { connectKafka, type KafkaClient } from '../connect-kafka.js';
import { createTopic } from '../provision-topics.js';
import { withAdmin } from '../with-admin.js';

/** Of the broker that the test run has started. */
export const brokersUnderTest = (): string => {
  const brokers = process.env['KAFKA_BROKERS'];
  if (!brokers) throw new Error('KAFKA_BROKERS is not set: run with jest.itest.config.cjs');
  return brokers;
};

export const kafkaUnderTest = (): KafkaClient =>
  connectKafka({ brokers: brokersUnderTest().split(',') }, 'test', silentLogger);

export async function makeTopic(
  name: string,
  options: { readonly partitions?: number; readonly config?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const { partitions = 1, config = {} } = options;
  await withAdmin(kafkaUnderTest(), (admin) =>
    createTopic(admin, { name, partitions, replicationFactor: 1, config }),
  );
  return name;
}

/** Offset that the group has committed; -1 where none. */
export const committedOffset = (groupId: string, topic: string, partition = 0): Promise<number> =>
  withAdmin(kafkaUnderTest(), async (admin) => {
    const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] });
    return Number(offsets?.partitions.find((one) => one.partition === partition)?.offset ?? -1);
  });
