import decodeRecord from 'kafkajs/src/protocol/recordBatch/record/v0/decoder.js';
import encodeRecord from 'kafkajs/src/protocol/recordBatch/record/v0/index.js';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { packHeaders } from './pack-headers.js';
import { repairKafkajs } from './repair-kafkajs.js';

beforeAll(repairKafkajs);

const encoded = (headers: object): Buffer =>
  encodeRecord({ key: Buffer.from('k'), value: Buffer.from('v'), headers }).buffer;

function decoded(record: Buffer) {
  const decoder = new Decoder(record);
  decoder.readVarInt();
  return decodeRecord(decoder, { firstOffset: '0', firstTimestamp: '0' });
}

const throughKafkajs = (headers: object) => decoded(encoded(headers));

/** A record as another client writes it: key `k`, value `v`, and headers as a list; all short. */
function listed(headers: readonly (readonly [name: string | Buffer, value: string | null])[]): Buffer {
  const short = (length: number): number => (length < 0 ? 1 : 2 * length);
  const text = (content: string | Buffer | null): Buffer => {
    const bytes = Buffer.from(content ?? '');
    return Buffer.concat([Buffer.of(short(content === null ? -1 : bytes.length)), bytes]);
  };
  const body = Buffer.concat([
    Buffer.of(0, 0, 0),
    text('k'),
    text('v'),
    Buffer.of(short(headers.length)),
    ...headers.flatMap(([name, value]) => [text(name), text(value)]),
  ]);
  return Buffer.concat([Buffer.of(short(body.length)), body]);
}

test('headers come back as they were written, names like those of object methods included', () => {
  const { headers } = throughKafkajs({
    constructor: 'a',
    toString: 'b',
    __proto__: 'c',
    plain: 'd',
    twice: ['1', '2'],
  });
  expect({ ...headers }).toEqual({
    constructor: Buffer.from('a'),
    toString: Buffer.from('b'),
    plain: Buffer.from('d'),
    twice: [Buffer.from('1'), Buffer.from('2')],
  });
});

test.each<[string, (readonly [string | Buffer, string | null])[]]>([
  ['nothing', []],
  ['one without name and value', [['', '']]],
  [
    'a missing value, which is not an empty one',
    [
      ['none', null],
      ['empty', ''],
    ],
  ],
  [
    'missing values of one name',
    [
      ['a', null],
      ['a', ''],
      ['a', null],
    ],
  ],
  [
    'repeated names with others between',
    [
      ['b', '1'],
      ['a', '2'],
      ['b', '3'],
      ['c', null],
      ['a', null],
      ['b', '1'],
    ],
  ],
  [
    'names like numbers',
    [
      ['z', '1'],
      ['10', '2'],
      ['9', '3'],
      ['1', null],
    ],
  ],
  [
    'names of objects',
    [
      ['__proto__', '1'],
      ['constructor', '2'],
      ['', '3'],
      ['__proto__', '4'],
    ],
  ],
  [
    'names that are no text',
    [
      [Buffer.of(0xff), '1'],
      [Buffer.of(0xfe), null],
      ['a', '2'],
      ['\ufffd', '3'],
    ],
  ],
])('headers that are handed on are the same byte for byte: %s', (_case, headers) => {
  const original = listed(headers);
  const { headers: read } = decoded(original);
  // As whoever hands them on does it.
  const copied = Object.fromEntries(Object.entries(read ?? {})) as Record<string, Buffer>;
  expect(encoded(packHeaders(copied))).toEqual(original);
  expect(encoded(packHeaders({ ...copied, added: 'x' }))).toEqual(listed([...headers, ['added', 'x']]));
});

test.each([
  0, 1, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 8_180, 8_185, 8_186, 8_187, 8_188, 8_189, 8_190, 70_000,
])('a header of %d bytes is written as kafkajs writes it', (bytes) => {
  const headers = { name: 'x'.repeat(bytes), é: ['', 'y'] };
  expect(encoded(packHeaders(headers))).toEqual(encoded(headers));
});

test('hundreds of thousands of headers are read and written within a moment', () => {
  const many = { '': Array.from({ length: 300_000 }, () => Buffer.alloc(0)) };
  const before = process.cpuUsage();
  const record = encoded(packHeaders(many));
  const { headers } = decoded(record);
  const again = encoded(packHeaders(headers as Record<string, Buffer>));
  const { user, system } = process.cpuUsage(before);
  // By kafkajs itself: several seconds.
  expect((user + system) / 1_000).toBeLessThan(2_000);
  expect(again.equals(record)).toBe(true);
});

test('twenty thousand headers are read in the time of twenty thousand headers', () => {
  const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`h${i}`, 'x']));
  const started = performance.now();
  const { headers } = throughKafkajs(many);
  // Unrepaired: about ten seconds.
  expect(performance.now() - started).toBeLessThan(2_000);
  expect(Object.keys(headers ?? {})).toHaveLength(20_000);
});

test('a connection with nothing pending sets no timer', () => {
  const queue = Object.assign(Object.create(RequestQueue.prototype) as RequestQueue, {
    pending: [],
    throttledUntil: -1,
    throttleCheckTimeoutId: null,
  });
  queue.scheduleCheckPendingRequests();
  expect(queue.throttleCheckTimeoutId).toBeNull();
});

test('a connection with something pending comes back to it', () => {
  jest.useFakeTimers();
  const checkPendingRequests = jest.fn();
  const queue = Object.assign(Object.create(RequestQueue.prototype) as RequestQueue, {
    pending: [{}],
    throttledUntil: -1,
    throttleCheckTimeoutId: null,
    checkPendingRequests,
  });
  queue.scheduleCheckPendingRequests();
  jest.runAllTimers();
  expect(checkPendingRequests).toHaveBeenCalledTimes(1);
  jest.useRealTimers();
});
