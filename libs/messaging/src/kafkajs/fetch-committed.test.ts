import type { Broker } from 'kafkajs';
import Encoder from 'kafkajs/src/protocol/encoder.js';
import encodeRecord from 'kafkajs/src/protocol/recordBatch/record/v0/index.js';
import { fetchCommitted } from './fetch-committed.js';

const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

interface Batch {
  readonly from: number;
  /** More than the records need where compaction took some out. */
  readonly to?: number;
  readonly producer?: number;
  readonly attributes?: number;
  readonly values: readonly string[];
  readonly key?: Buffer;
}

/** A batch in format 2, as https://kafka.apache.org/documentation/#recordbatch has it. */
function batch({ from, to = from, producer = -1, attributes = 0, values, key }: Batch): Buffer {
  const records = values.map(
    (value, offsetDelta) =>
      encodeRecord({
        key: key ?? Buffer.from('k'),
        value: Buffer.from(value),
        headers: {},
        offsetDelta,
        timestampDelta: 0,
      }).buffer,
  );
  const rest = new Encoder()
    .writeInt32(0)
    .writeInt8(2)
    .writeInt32(0)
    .writeInt16(attributes)
    .writeInt32(Math.max(to - from, values.length - 1))
    .writeInt64(0)
    .writeInt64(0)
    .writeInt64(producer)
    .writeInt16(0)
    .writeInt32(0)
    .writeInt32(records.length).buffer;
  const body = Buffer.concat([rest, ...records]);
  return Buffer.concat([new Encoder().writeInt64(from).writeInt32(body.length).buffer, body]);
}

const data = (producer: number, from: number, ...values: string[]) =>
  batch({ from, producer, attributes: TRANSACTIONAL, values });
const marker = (producer: number, from: number, type: 'abort' | 'commit') =>
  batch({
    from,
    producer,
    attributes: TRANSACTIONAL | CONTROL,
    values: ['marker'],
    key: Buffer.from([0, 0, 0, type === 'abort' ? 0 : 1]),
  });

interface Answer {
  readonly batches: readonly Buffer[];
  readonly aborted?: readonly (readonly [producer: number, firstOffset: number])[];
  readonly lastStable?: number;
  readonly errorCode?: number;
}

/** Answers every fetch like a broker that speaks version 11. */
function brokerWith({ batches, aborted = [], lastStable = 99, errorCode = 0 }: Answer): Broker {
  const bytes = Buffer.concat(batches);
  const answer = new Encoder()
    .writeInt32(0)
    .writeInt16(0)
    .writeInt32(0)
    .writeInt32(1)
    .writeString('t')
    .writeInt32(1)
    .writeInt32(0)
    .writeInt16(errorCode)
    .writeInt64(100)
    .writeInt64(lastStable)
    .writeInt64(0)
    .writeInt32(aborted.length);
  for (const [producer, firstOffset] of aborted) answer.writeInt64(producer).writeInt64(firstOffset);
  answer.writeInt32(-1).writeInt32(bytes.length);
  const raw = Buffer.concat([answer.buffer, bytes]);
  type Request = {
    response: { decode(raw: Buffer): Promise<unknown>; parse(data: unknown): Promise<unknown> };
  };
  const send = async ({ response }: Request) => response.parse(await response.decode(raw));
  return { connectionPool: { send } } as unknown as Broker;
}

async function fetchFrom(offset: number, answer: Answer) {
  const [partition] = await fetchCommitted(brokerWith(answer), [{ topic: 't', partition: 0, offset }], {
    maxWaitTime: 1,
    minBytes: 1,
    maxBytes: 1,
  });
  return { ...partition, records: partition?.records.map((one) => `${one.offset} ${one.value?.toString()}`) };
}

it('gives what is committed, and goes on behind the marker', async () => {
  const batches = [data(1, 0, 'a', 'b'), marker(1, 2, 'commit')];
  expect(await fetchFrom(0, { batches, lastStable: 3 })).toEqual({
    topic: 't',
    partition: 0,
    records: ['0 a', '1 b'],
    nextOffset: 3,
    lastStableOffset: 3,
    highWatermark: 100,
  });
  expect(await fetchFrom(1, { batches })).toMatchObject({ records: ['1 b'], nextOffset: 3 });
  expect(await fetchFrom(2, { batches: batches.slice(1) })).toMatchObject({ records: [], nextOffset: 3 });
});

it('leaves out aborted transactions, and those only', async () => {
  const batches = [
    data(1, 0, 'lost'),
    data(2, 1, 'kept'),
    batch({ from: 2, values: ['plain'] }),
    marker(1, 3, 'abort'),
    data(1, 4, 'next'),
    marker(2, 5, 'commit'),
    data(2, 6, 'lost too'),
    marker(1, 7, 'commit'),
    marker(2, 8, 'abort'),
  ];
  const aborted = [
    [2, 6],
    [1, 0],
  ] as const;
  expect(await fetchFrom(0, { batches, aborted })).toMatchObject({
    records: ['1 kept', '2 plain', '4 next'],
    nextOffset: 9,
  });
});

it('takes a record whose key looks like a marker for a record', async () => {
  const key = Buffer.from([0, 0, 0, 0]);
  const lookalike = batch({ from: 0, producer: 1, attributes: TRANSACTIONAL, values: ['lost'], key });
  const batches = [lookalike, data(1, 1, 'lost too'), marker(1, 2, 'abort')];
  expect(await fetchFrom(0, { batches, aborted: [[1, 0]] })).toMatchObject({ records: [], nextOffset: 3 });
});

it('goes on behind what compaction has emptied', async () => {
  const emptied = batch({ from: 10, to: 49, producer: 1, attributes: TRANSACTIONAL, values: [] });
  expect(await fetchFrom(10, { batches: [emptied] })).toMatchObject({ records: [], nextOffset: 50 });
  const thinned = batch({ from: 50, to: 59, values: ['a'] });
  expect(await fetchFrom(10, { batches: [emptied, thinned] })).toMatchObject({
    records: ['50 a'],
    nextOffset: 60,
  });
});

it('reads a batch again that was cut off, and stays where nothing came', async () => {
  const cut = data(1, 1, 'b').subarray(0, 65);
  expect(await fetchFrom(0, { batches: [data(1, 0, 'a'), cut] })).toMatchObject({ nextOffset: 1 });
  expect(await fetchFrom(7, { batches: [] })).toMatchObject({ records: [], nextOffset: 7 });
});

it('rejects what the broker refuses', async () => {
  const NOT_LEADER = 6;
  await expect(fetchFrom(0, { batches: [], errorCode: NOT_LEADER })).rejects.toMatchObject({
    type: 'NOT_LEADER_FOR_PARTITION',
  });
});
