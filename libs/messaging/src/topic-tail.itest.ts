import { silentLogger } from '@vecino/telemetry';
import { uniqueName, waitFor } from '@vecino/testing';
import { createProducer } from './batch-producer.js';
import { connectKafka } from './connect-kafka.js';
import { createTopic } from './provision-topics.js';
import { openTopicTail, type TailRecord, type TopicTail } from './topic-tail.js';
import { makeTopic } from './testing/kafka-under-test.js';
import { beginTransaction } from './transaction.js';
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
  await withAdmin(kafka, async (admin) => {
    await admin.deleteTopics({ topics: [`${prefix}.a`] });
    await waitFor(async () => !(await admin.listTopics()).includes(`${prefix}.a`), { what: 'its end' });
  });
  await make(`${prefix}.a`);
  await write(`${prefix}.a`, '3');
  const again: TailRecord[] = [];
  await waitFor(async () => {
    again.push(...(await tail.next().catch(() => [])));
    return again.length > 0;
  });
  expect(again.map(({ value }) => value?.toString())).toEqual(['3']);
});

const brief = (records: readonly TailRecord[]) => records.map(({ value }) => value?.toString());
const toEnd = async (tail: TopicTail) => {
  const records: TailRecord[] = [];
  do records.push(...(await tail.next()));
  while (!tail.atEnd());
  return brief(records);
};
/** A commit is answered before its marker is written: until then nothing of it is read. */
const toEndWith = async (tail: TopicTail, count: number) => {
  const records: TailRecord[] = [];
  await waitFor(async () => {
    records.push(...(await tail.next()));
    return records.length >= count && tail.atEnd();
  });
  return brief(records);
};

test('a transaction is read as a whole, once it is committed, and one that was taken back never', async () => {
  const topic = uniqueName('tail');
  await makeTopic(topic);
  const tail = await openTopicTail(kafka, { wanted: [topic], from: 'beginning' });
  tails.push(tail);
  expect(tail.ageMs()).toBe(Infinity);
  expect(await toEnd(tail)).toEqual([]);
  const big = Buffer.alloc(300 * 1024, 'x');
  const record = (value: string | Buffer) => ({ topic, key: 'k', value });

  const lost = await beginTransaction(kafka, topic);
  await lost.send([record('lost')]);
  const committed = await beginTransaction(kafka, topic);
  const offset = await committed.send([
    record('1'),
    record(big),
    record(big),
    record(big),
    record(big),
    record('2'),
  ]);
  expect(offset).toBe(2);
  await expect(lost.send([record('too late')])).rejects.toMatchObject({ code: 'FENCED' });
  await expect(lost.commit()).rejects.toMatchObject({ code: 'FENCED' });
  // Nothing more is to be read, and whoever has read that far is not out of date.
  expect(await toEnd(tail)).toEqual([]);
  expect(tail.ageMs()).toBeLessThan(2_000);
  await committed.commit();
  expect((await toEndWith(tail, 6)).filter((text) => text!.length < 9)).toEqual(['1', '2']);

  const back = await beginTransaction(kafka, topic);
  await back.send([record('taken back')]);
  await back.close();
  const takenBack: TailRecord[] = [];
  await waitFor(async () => {
    takenBack.push(...(await tail.next()));
    return (await tail.behind()) === 0;
  });
  expect(brief(takenBack)).toEqual([]);
  await Promise.all([lost.close(), committed.close()]);
});

test('at the marker of a transaction it waits for what comes, and does not ask again and again', async () => {
  const topic = uniqueName('tail');
  await makeTopic(topic);
  const transaction = await beginTransaction(kafka, topic);
  await transaction.send([{ topic, key: 'k', value: '1' }]);
  await transaction.commit();
  await transaction.close();
  const tail = await openTopicTail(kafka, { wanted: [topic], from: 'beginning' });
  tails.push(tail);
  expect(await toEndWith(tail, 1)).toEqual(['1']);
  const started = performance.now();
  for (let i = 0; i < 3; i++) expect(brief(await tail.next())).toEqual([]);
  // Each waits for a quarter of a second; a busy loop takes some milliseconds.
  expect(performance.now() - started).toBeGreaterThan(600);
  expect(tail.offsetOf(topic, 0)).toBe(2);
});

test('a topic by name that is not there yet is not at its end, and is read when it comes, and comes again', async () => {
  const topic = uniqueName('tail');
  let restarts = 0;
  const tail = await openTopicTail(kafka, {
    wanted: [topic],
    from: 'beginning',
    restarted: () => (restarts += 1),
  });
  tails.push(tail);
  expect(brief(await tail.next())).toEqual([]);
  expect(tail.atEnd()).toBe(false);
  expect(tail.ageMs()).toBe(Infinity);
  await makeTopic(topic);
  await write(topic, '1');
  const found: (string | undefined)[] = [];
  await waitFor(async () => found.push(...brief(await tail.next())) === 1 && tail.atEnd());
  expect([found, restarts]).toEqual([['1'], 0]);
  await withAdmin(kafka, (admin) => admin.deleteTopics({ topics: [topic] }));
  await waitFor(async () =>
    tail.next().then(
      () => tail.offsetOf(topic, 0) === undefined,
      () => false,
    ),
  );
  expect(tail.atEnd()).toBe(false);
  await makeTopic(topic);
  await write(topic, '2');
  await waitFor(async () => found.push(...brief(await tail.next().catch(() => []))) === 2);
  expect([found, restarts]).toEqual([['1', '2'], 1]);
});
