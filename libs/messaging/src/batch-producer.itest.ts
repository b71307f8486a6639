import { collectTopic, uniqueName } from '@vecino/testing';
import { createProducer } from './batch-producer.js';
import { fetchRecord, fetchRecords } from './read-record.js';
import { brokersUnderTest, kafkaUnderTest, makeTopic } from './testing/kafka-under-test.js';

const kafka = kafkaUnderTest();
const producer = createProducer(kafka);
afterAll(() => producer.close());

test('calls made at once keep their order and share a write', async () => {
  const topic = await makeTopic(uniqueName('order'));
  const calls = Array.from({ length: 300 }, (_, i) => producer.send([{ topic, key: 'k', value: `${i}` }]));
  await Promise.all(calls);
  const collected = await collectTopic(brokersUnderTest(), topic);
  const records = await collected.atLeast(300);
  await collected.stop();
  expect(records.map(({ value }) => value?.toString())).toEqual(
    Array.from({ length: 300 }, (_, i) => `${i}`),
  );
});

test("one caller's missing topic is not the others' concern, nor is a record that is too large", async () => {
  const topic = await makeTopic(uniqueName('good'));
  const small = await makeTopic(uniqueName('small'), { config: { 'max.message.bytes': '1000' } });
  const results = await Promise.allSettled([
    producer.send([{ topic, key: null, value: 'a' }]),
    producer.send([{ topic: uniqueName('missing'), key: null, value: 'x' }]),
    producer.send([{ topic: small, key: null, value: 'x'.repeat(5_000) }]),
    producer.send([{ topic, key: null, value: 'b' }]),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect(results[1]).toMatchObject({ reason: { code: 'NOT_WRITTEN', disposition: 'retry' } });
  expect(results[2]).toMatchObject({ reason: { code: 'UNWRITABLE', disposition: 'terminal' } });
  await producer.send([{ topic, key: null, value: 'c' }]);
  const collected = await collectTopic(brokersUnderTest(), topic);
  const records = await collected.atLeast(3);
  await collected.stop();
  expect(records.map(({ value }) => value?.toString())).toEqual(['a', 'b', 'c']);
});

test('of a write that one partition refuses, what the others have taken is not written again', async () => {
  const topic = await makeTopic(uniqueName('parts'), {
    partitions: 2,
    config: { 'max.message.bytes': '1000' },
  });
  const small = (name: string) => ({ topic, key: null, value: name, partition: 0 });
  const large = { topic, key: null, value: 'x'.repeat(5_000), partition: 1 };
  const [alone, refused, mixed] = await Promise.allSettled([
    producer.send([small('a'), small('b')]),
    producer.send([large]),
    producer.send([small('c'), large]),
  ]);
  expect(alone.status).toBe('fulfilled');
  expect(refused).toMatchObject({ reason: { code: 'UNWRITABLE', left: [large] } });
  expect(mixed).toMatchObject({ reason: { code: 'UNWRITABLE', left: [large] } });
  await producer.send([small('d')]);
  const collected = await collectTopic(brokersUnderTest(), topic);
  const records = await collected.atLeast(4);
  await collected.stop();
  expect(records.map(({ value }) => value?.toString())).toEqual(['a', 'b', 'c', 'd']);
});

test('what a failed call leaves is told over all its topics and parts', async () => {
  const topic = await makeTopic(uniqueName('done'));
  const missing = uniqueName('missing');
  const record = (to: string, value: string) => ({ topic: to, key: null, value });
  const sent = producer.send([
    record(topic, 'a'),
    record(missing, 'b'),
    record(`${missing}-too`, 'c'),
    record(missing, 'd'),
  ]);
  await expect(sent).rejects.toMatchObject({
    code: 'NOT_WRITTEN',
    left: [record(missing, 'b'), record(missing, 'd'), record(`${missing}-too`, 'c')],
  });
});

test('more than a broker takes in one batch is written in parts', async () => {
  const topic = await makeTopic(uniqueName('large'), { config: { 'max.message.bytes': '1048576' } });
  const value = Buffer.alloc(60_000, 1);
  await producer.send(Array.from({ length: 60 }, () => ({ topic, key: null, value })));
  const collected = await collectTopic(brokersUnderTest(), topic);
  await collected.atLeast(60);
  await collected.stop();
});

test('gives up in time while no broker answers', async () => {
  const { connectKafka } = await import('./connect-kafka.js');
  const nobody = createProducer(connectKafka({ brokers: ['127.0.0.1:9'] }, 'test', kafka.logger));
  const started = Date.now();
  const sent = nobody.send([{ topic: 't', key: null, value: 'v' }], { timeoutMs: 500 });
  await expect(sent).rejects.toMatchObject({ code: 'NOT_WRITTEN', disposition: 'retry' });
  expect(Date.now() - started).toBeLessThan(2_000);
  await nobody.close();
});

test('one record is read again, byte for byte', async () => {
  const topic = await makeTopic(uniqueName('again'));
  const value = Buffer.from([0, 255, 1]);
  await producer.send([
    { topic, key: 'before', value: 'x' },
    { topic, key: Buffer.from([7]), value, headers: { a: 'one', b: [Buffer.from([0xff]), ''] } },
    { topic, key: null, value: null },
  ]);
  const [record, gone, tombstone] = await fetchRecords(kafka, [
    { topic, partition: 0, offset: 1 },
    { topic, partition: 0, offset: 99 },
    { topic, partition: 0, offset: 2 },
  ]);
  expect(record).toMatchObject({ offset: 1, key: Buffer.from([7]), value });
  expect({ ...record?.headers }).toEqual({
    a: Buffer.from('one'),
    b: [Buffer.from([0xff]), Buffer.alloc(0)],
  });
  expect(gone).toBeUndefined();
  expect(tombstone).toMatchObject({ key: null, value: null });
  await expect(
    fetchRecord(kafka, { topic: uniqueName('none'), partition: 0, offset: 0 }),
  ).resolves.toBeUndefined();
});
