import { silentLogger } from '@vecino/telemetry';
import { uniqueName, waitFor } from '@vecino/testing';
import { createProducer } from './batch-producer.js';
import { connectKafka } from './connect-kafka.js';
import { createTopic } from './provision-topics.js';
import { openTopicTail, type TailRecord, type TopicTail } from './topic-tail.js';
import { withAdmin } from './with-admin.js';

const brokers = process.env['KAFKA_BROKERS'] ?? '';
const kafka = connectKafka({ brokers: brokers.split(',') }, 'tail-itest', silentLogger);
const producer = createProducer(kafka);
const tails: TopicTail[] = [];

afterEach(() => Promise.all(tails.splice(0).map((tail) => tail.close())));
afterAll(() => producer.close());

async function tailOf(prefix: string, from: 'beginning' | 'end') {
  const tail = await openTopicTail(kafka, { wanted: (topic) => topic.startsWith(prefix), from });
  tails.push(tail);
  return tail;
}
const make = (name: string) =>
  withAdmin(kafka, (admin) => createTopic(admin, { name, partitions: 2, replicationFactor: 1, config: {} }));
const write = (topic: string, ...values: string[]) =>
  producer.send(values.map((value, i) => ({ topic, key: null, value, partition: i % 2 })));

async function read(tail: TopicTail, count: number): Promise<string[]> {
  const records: TailRecord[] = [];
  await waitFor(async () => {
    records.push(...(await tail.next()));
    return records.length >= count;
  });
  return records.map(({ topic, value }) => `${topic.slice(-1)} ${value?.toString()}`).toSorted();
}

test('from the end: what came later, and all of a topic that is made later', async () => {
  const prefix = uniqueName('tail');
  await make(`${prefix}.a`);
  await write(`${prefix}.a`, 'old', 'old', 'old');
  const tail = await tailOf(prefix, 'end');
  await write(`${prefix}.a`, '1', '2');
  await make(`${prefix}.b`);
  await write(`${prefix}.b`, '3', '4');
  expect(await tail.behind()).toBe(4);
  expect(await read(tail, 4)).toEqual(['a 1', 'a 2', 'b 3', 'b 4']);
  expect(await tail.behind()).toBe(0);
});

test('from the beginning, and over a topic that was made again', async () => {
  const prefix = uniqueName('tail');
  await make(`${prefix}.a`);
  await write(`${prefix}.a`, '1', '2', '1', '2');
  const tail = await tailOf(prefix, 'beginning');
  expect(await read(tail, 4)).toEqual(['a 1', 'a 1', 'a 2', 'a 2']);
  await withAdmin(kafka, (admin) => admin.deleteTopics({ topics: [`${prefix}.a`] }));
  await make(`${prefix}.a`);
  await write(`${prefix}.a`, '3');
  const again: TailRecord[] = [];
  await waitFor(async () => {
    again.push(...(await tail.next().catch(() => [])));
    return again.length > 0;
  });
  expect(again.map(({ value }) => value?.toString())).toEqual(['3']);
});
