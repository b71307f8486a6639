import { setTimeout as delay } from 'node:timers/promises';
import { uniqueName, waitFor } from '@vecino/testing';
import { createProducer } from './batch-producer.js';
import { retainedFrom, scanTopic, type ScanOptions } from './scan-topic.js';
import { kafkaUnderTest, makeTopic } from './testing/kafka-under-test.js';
import { beginTransaction } from './transaction.js';
import { withAdmin } from './with-admin.js';

const kafka = kafkaUnderTest();
const producer = createProducer(kafka);

afterAll(() => producer.close());

const write = (topic: string, ...values: string[]) =>
  producer.send(values.map((value, i) => ({ topic, key: null, value, partition: i % 2 })));

const cutOff = (topic: string, partition: number, offset: number) =>
  withAdmin(kafka, async (admin) => {
    await admin.fetchTopicOffsets(topic); // kafkajs needs to know the topic before
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] });
  });

async function scanned(options: ScanOptions): Promise<string[]> {
  const values: string[] = [];
  for await (const { partition, value } of scanTopic(kafka, options))
    values.push(`${partition}:${value?.toString() ?? ''}`);
  return values.toSorted();
}

test('a scan reads what lies there, between two times and of the partitions that are asked for, and ends', async () => {
  const topic = await makeTopic(uniqueName('scan'), {
    partitions: 2,
    config: { 'message.timestamp.type': 'LogAppendTime' },
  });
  expect(await scanned({ topic })).toEqual([]);

  await write(topic, 'a', 'b', 'c');
  await delay(5); // the broker's clock has milliseconds
  const between = Date.now();
  await delay(5);
  await write(topic, 'd', 'e');

  expect(await scanned({ topic })).toEqual(['0:a', '0:c', '0:d', '1:b', '1:e']);
  expect(await scanned({ topic, from: between })).toEqual(['0:d', '1:e']);
  expect(await scanned({ topic, to: between })).toEqual(['0:a', '0:c', '1:b']);
  expect(await scanned({ topic, partitions: [1], from: between })).toEqual(['1:e']);
  expect(await scanned({ topic, from: Date.now() + 60_000 })).toEqual([]);

  expect(await retainedFrom(kafka, topic, 1)).toBe(0);
  expect(await retainedFrom(kafka, topic, 2)).toBeUndefined();
  await cutOff(topic, 1, 1);
  expect(await scanned({ topic, partitions: [1] })).toEqual(['1:e']);
  expect(await retainedFrom(kafka, topic, 1)).toBeGreaterThanOrEqual(between);
  await cutOff(topic, 1, 2);
  expect(await retainedFrom(kafka, topic, 1)).toBe(Infinity);
});

test('more than one answer holds is read to its end', async () => {
  const topic = await makeTopic(uniqueName('scan'));
  const large = 'x'.repeat(300_000);
  for (let i = 0; i < 6; i += 1) await producer.send([{ topic, key: null, value: `${large}${i}` }]);
  const read = await scanned({ topic });
  expect(read.map((value) => value.slice(-1))).toEqual(['0', '1', '2', '3', '4', '5']);
});

test('of a topic that is not there it rejects, and nothing is retained of it', async () => {
  expect(await retainedFrom(kafka, uniqueName('no-scan'), 0)).toBeUndefined();
  await expect(scanned({ topic: uniqueName('no-scan') })).rejects.toMatchObject({ code: 'NO_SUCH_TOPIC' });
});

test('what transactions leave behind is no record and no end', async () => {
  const topic = await makeTopic(uniqueName('scan'));
  const record = (value: string) => ({ topic, key: 'k', value });
  const written = async (value: string, ends: 'committed' | 'taken back') => {
    const transaction = await beginTransaction(kafka, topic);
    await transaction.send([record(value)]);
    if (ends === 'committed') await transaction.commit();
    await transaction.close();
  };
  await written('a', 'committed');
  await written('lost', 'taken back');
  await producer.send([record('b')]);
  await written('lost too', 'taken back');
  expect(await scanned({ topic })).toEqual(['0:a', '0:b']);

  const open = await beginTransaction(kafka, topic);
  await open.send([record('c')]);
  expect(await scanned({ topic })).toEqual(['0:a', '0:b']);
  await open.commit();
  await open.close();
  // A commit is answered before its marker is written: until then nothing of it is read.
  await waitFor(async () => (await scanned({ topic })).length === 3, { what: 'the marker' });
  expect(await scanned({ topic })).toEqual(['0:a', '0:b', '0:c']);
});
