import { Kafka, type KafkaMessage, logLevel } from 'kafkajs';
import { waitFor, type WaitOptions } from './wait-for.js';
import { uniqueName } from './unique-name.js';

export interface CollectedRecord extends Pick<
  KafkaMessage,
  'key' | 'value' | 'headers' | 'offset' | 'timestamp'
> {
  readonly partition: number;
}

export interface TopicCollector {
  /** What has been read so far, per partition in order. */
  readonly records: readonly CollectedRecord[];
  /** Resolves with all records as soon as there are at least `count`. */
  atLeast(count: number, options?: WaitOptions): Promise<readonly CollectedRecord[]>;
  stop(): Promise<void>;
}

/** Reads a topic from its beginning, in a group of its own. The topic must exist. */
export async function collectTopic(brokers: string, topic: string): Promise<TopicCollector> {
  const kafka = new Kafka({ clientId: 'test', brokers: brokers.split(','), logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: uniqueName('collect'), maxWaitTimeInMs: 50 });
  const records: CollectedRecord[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: ({ partition, message }) => {
      records.push({ ...message, partition });
      return Promise.resolve();
    },
  });
  return {
    records,
    atLeast: (count, options) =>
      waitFor(() => records.length >= count && records, { what: `record ${count} on ${topic}`, ...options }),
    stop: () => consumer.disconnect(),
  };
}

/** Text of a header's (first) value. */
export function headerOf(record: CollectedRecord, name: string): string | undefined {
  const value = record.headers?.[name];
  return (Array.isArray(value) ? value[0] : value)?.toString();
}
