import { waitFor, uniqueName } from '@vecino/testing';
import { CompressionCodecs, CompressionTypes, Partitioners } from 'kafkajs';
import { type BatchConsumer, createBatchConsumer } from './batch-consumer.js';
import { createProducer } from './batch-producer.js';
import { registerCodecs } from './codecs/register-codecs.js';
import { createDeferred } from './deferred.js';
import type { OpenPartition } from './partition-session.js';
import type { PartitionBatch, SourceRecord } from './records.js';
import {
  BATCH_HEADER_BYTES,
  FIXTURE_CLIENTS,
  FIXTURE_RECORDS,
  fixtureRecord,
  readFixtureBatch,
} from './testing/fixture-batches.js';
import { committedOffset, kafkaUnderTest, makeTopic } from './testing/kafka-under-test.js';

const kafka = kafkaUnderTest();
const producer = createProducer(kafka);
const consumers: BatchConsumer[] = [];

afterEach(async () => {
  await Promise.all(consumers.splice(0).map((consumer) => consumer.stop(0)));
});
afterAll(() => producer.close());

async function consume(topic: string, openPartition: OpenPartition, groupId = uniqueName('group')) {
  const consumer = createBatchConsumer(kafka, { topic, groupId, openPartition });
  consumers.push(consumer);
  await consumer.start();
  return { consumer, groupId };
}

function collecting() {
  const records: SourceRecord[] = [];
  const open: OpenPartition = () => (batch) => {
    records.push(...batch.records);
    return Promise.resolve();
  };
  return { records, open };
}

const produce = (topic: string, values: readonly string[]): Promise<void> =>
  producer.send(values.map((value) => ({ topic, key: null, value, partition: 0 })));

const textsOf = (records: readonly SourceRecord[]) => records.map(({ value }) => value?.toString());

describe.each([
  ['lz4', CompressionTypes.LZ4],
  ['snappy', CompressionTypes.Snappy],
  ['zstd', CompressionTypes.ZSTD],
] as const)('%s', (codec, type) => {
  test.each(FIXTURE_CLIENTS)('a batch compressed by %s is consumed from a real broker', async (client) => {
    const topic = await makeTopic(uniqueName(codec), { config: { 'compression.type': 'producer' } });
    // The broker checks what it is given: this sends the other client's compressed records as they are.
    const section = readFixtureBatch(client, codec).subarray(BATCH_HEADER_BYTES);
    CompressionCodecs[type] = () => ({
      compress: () => Promise.resolve(section),
      decompress: () => Promise.reject(new Error('not for reading')),
    });
    const raw = kafka.kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await raw.connect();
    const messages = Array.from({ length: FIXTURE_RECORDS }, () => ({ value: '' }));
    await raw.send({ topic, compression: type, messages });
    await raw.disconnect();
    registerCodecs();

    const { records, open } = collecting();
    await consume(topic, open);
    await waitFor(() => records.length >= FIXTURE_RECORDS);
    expect(records.map(({ key, value }) => ({ key: key?.toString(), value: value?.toString() }))).toEqual(
      Array.from({ length: FIXTURE_RECORDS }, (_, i) => fixtureRecord(i)),
    );
  });
});

test('commits behind the contiguous watermark only, and the next member begins there', async () => {
  const topic = await makeTopic(uniqueName('watermark'));
  const first = createDeferred();
  const handled: PartitionBatch[] = [];
  await produce(topic, ['a', 'b']);
  const { groupId } = await consume(topic, () => (batch) => {
    handled.push(batch);
    return handled.length === 1 ? first.promise : Promise.resolve();
  });
  await waitFor(() => handled.length === 1);
  await produce(topic, ['c']);
  await waitFor(() => handled.length === 2);
  // The later batch is done, the earlier one is not: nothing may be committed, however often we look.
  await produce(topic, ['d']);
  await waitFor(() => handled.length === 3);
  expect(await committedOffset(groupId, topic)).toBe(-1);
  first.resolve();
  await waitFor(async () => (await committedOffset(groupId, topic)) === 4);
  await consumers.pop()?.stop();

  await produce(topic, ['e']);
  const { records, open } = collecting();
  await consume(topic, open, groupId);
  await waitFor(() => records.length > 0);
  expect(textsOf(records)).toEqual(['e']);
});

test('a handler that fails is given the same batch again, and later ones after it', async () => {
  const topic = await makeTopic(uniqueName('faults'));
  await produce(topic, ['a']);
  const seen: (string | undefined)[] = [];
  let faults = 3;
  const { groupId } = await consume(topic, () => (batch) => {
    seen.push(...textsOf(batch.records));
    return faults-- > 0 ? Promise.reject(new Error('not now')) : Promise.resolve();
  });
  await waitFor(async () => (await committedOffset(groupId, topic)) === 1);
  await produce(topic, ['b']);
  await waitFor(async () => (await committedOffset(groupId, topic)) === 2);
  expect(seen).toEqual(['a', 'a', 'a', 'a', 'b']);
});

test('a partition whose handler is stuck holds up no other, and reading ahead of it is bounded', async () => {
  const topic = await makeTopic(uniqueName('stuck'), { partitions: 2 });
  const sizes = new Map<number, number>();
  const groupId = uniqueName('group');
  const consumer = createBatchConsumer(kafka, {
    topic,
    groupId,
    maxAheadRecords: 10,
    openPartition:
      ({ partition }) =>
      (batch) => {
        sizes.set(partition, (sizes.get(partition) ?? 0) + batch.records.length);
        return partition === 0 ? new Promise(() => {}) : Promise.resolve();
      },
  });
  consumers.push(consumer);
  await consumer.start();
  for (let round = 1; round <= 30; round++) {
    await producer.send([0, 1].map((partition) => ({ topic, partition, key: null, value: `${round}` })));
    await waitFor(() => sizes.get(1) === round);
  }
  expect(sizes.get(0)).toBeLessThan(30);
  expect(sizes.get(0)).toBeGreaterThan(10);
});

test('a second member takes over its share without a record lost, and the first ends its leases', async () => {
  const topic = await makeTopic(uniqueName('rebalance'), { partitions: 4 });
  const leases: AbortSignal[] = [];
  const seen = new Set<string>();
  const open: OpenPartition = ({ signal, partition }) => {
    leases.push(signal);
    return (batch) => {
      for (const { value } of batch.records) seen.add(`${partition}/${value?.toString()}`);
      return Promise.resolve();
    };
  };
  const round = (name: string): Promise<void> =>
    producer.send([0, 1, 2, 3].map((partition) => ({ topic, partition, key: null, value: name })));
  const { consumer: one, groupId } = await consume(topic, open);
  await round('before');
  await waitFor(() => seen.size === 4);
  const { consumer: two } = await consume(topic, open, groupId);
  await waitFor(() => one.assigned().length === 2 && two.assigned().length === 2);
  expect(leases.slice(0, 4).every(({ aborted }) => aborted)).toBe(true);
  await round('after');
  await waitFor(() => seen.size === 8);
});

test('stopping finishes what is in hand and commits it', async () => {
  const topic = await makeTopic(uniqueName('drain'));
  await produce(topic, ['a']);
  const work = createDeferred();
  const begun = createDeferred();
  const { consumer, groupId } = await consume(topic, () => () => {
    begun.resolve();
    return work.promise;
  });
  await begun.promise;
  const stopped = consumer.stop();
  work.resolve();
  await stopped;
  expect(await committedOffset(groupId, topic)).toBe(1);
});

test('a topic that does not exist yet is waited for', async () => {
  const topic = uniqueName('late');
  const { records, open } = collecting();
  const joined = consume(topic, open);
  await makeTopic(topic);
  await joined;
  await produce(topic, ['a']);
  await waitFor(() => records.length === 1);
});
