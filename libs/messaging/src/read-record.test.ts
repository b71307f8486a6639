import type { Cluster } from 'kafkajs';
import type { KafkaClient } from './connect-kafka.js';
import { fetchRecords } from './read-record.js';

const fault = (type: string) => Object.assign(new Error(type), { type });
const messageAt = (offset: number) => ({
  offset: String(offset),
  key: null,
  value: Buffer.from(`v${offset}`),
  timestamp: '0',
  headers: {},
});

/** Answers for one look at Kafka: what its metadata and its broker say. */
interface Look {
  readonly metadata?: Error;
  readonly fetch?: (offset: number) => readonly number[];
}

/** Each look opens a cluster of its own. */
function read(offsets: readonly number[], looks: readonly Look[], checkpoint = () => {}) {
  const fetched: number[] = [];
  let opened = 0;
  const open = () => {
    const look = looks[opened++] ?? {};
    const fetch = async ({ topics }: { topics: { partitions: { fetchOffset: string }[] }[] }) => {
      const offset = Number(topics[0]?.partitions[0]?.fetchOffset);
      fetched.push(offset);
      const messages = (look.fetch?.(offset) ?? []).map(messageAt);
      return { responses: [{ topicName: 't', partitions: [{ partition: 0, messages }] }] };
    };
    return {
      connect: async () => {},
      disconnect: async () => {},
      addMultipleTargetTopics: async () => {
        if (look.metadata) throw look.metadata;
      },
      findLeaderForPartitions: () => ({ 1: [0] }),
      findBroker: async () => ({ fetch }),
    } as unknown as Cluster;
  };
  const positions = offsets.map((offset) => ({ topic: 't', partition: 0, offset }));
  const records = fetchRecords({} as KafkaClient, positions, { open, checkpoint, lookAgainAfterMs: 1 });
  return { records: records.then((all) => all.map((one) => one?.value?.toString())), fetched };
}

const throwing = (type: string) => () => {
  throw fault(type);
};
const UNKNOWN = 'UNKNOWN_TOPIC_OR_PARTITION';

test('records of one partition share an answer, in the order asked for', async () => {
  const { records, fetched } = read([7, 5, 9], [{ fetch: (offset) => (offset < 9 ? [5, 6, 7] : [9]) }]);
  expect(await records).toEqual(['v7', 'v5', 'v9']);
  expect(fetched).toEqual([5, 9]);
});

test.each<[string, Look]>([
  ['metadata that does not know the topic', { metadata: fault(UNKNOWN) }],
  ['a broker that does not know the topic', { fetch: throwing(UNKNOWN) }],
  ['a log that ends before', { fetch: throwing('OFFSET_OUT_OF_RANGE') }],
])('%s for a moment loses no record', async (_name, first) => {
  expect(await read([5], [first, { fetch: () => [5] }]).records).toEqual(['v5']);
});

test.each<[string, Look]>([
  ['its topic stays unknown', { metadata: fault(UNKNOWN) }],
  ['its offset stays outside of the log', { fetch: throwing('OFFSET_OUT_OF_RANGE') }],
])('a record is gone when %s', async (_name, look) => {
  expect(await read([5], [look, look]).records).toEqual([undefined]);
});

test.each<[string, Look, object]>([
  [
    'a broker goes on not knowing a topic that metadata knows',
    { fetch: throwing(UNKNOWN) },
    { code: 'POSITION_UNCLEAR', disposition: 'retry' },
  ],
  ['a leader is missing', { metadata: fault('LEADER_NOT_AVAILABLE') }, { type: 'LEADER_NOT_AVAILABLE' }],
])('no record is taken for gone when %s', async (_name, look, error) => {
  await expect(read([5], [look, look]).records).rejects.toMatchObject(error);
});

test('the checkpoint stops it before Kafka is asked', async () => {
  const { records, fetched } = read([5], [{ fetch: () => [5] }], () => {
    throw new Error('cancelled');
  });
  await expect(records).rejects.toThrow('cancelled');
  expect(fetched).toEqual([]);
});
