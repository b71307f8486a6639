import decodeRecord from 'kafkajs/src/protocol/recordBatch/record/v0/decoder.js';
import encodeRecord from 'kafkajs/src/protocol/recordBatch/record/v0/index.js';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
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
function listed(headers: readonly (readonly [name: string, value: string | null])[]): Buffer {
  const short = (length: number): number => (length < 0 ? 1 : 2 * length);
  const text = (content: string | null): Buffer =>
    Buffer.concat([Buffer.of(short(content?.length ?? -1)), Buffer.from(content ?? '')]);
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

test.each<[string, (readonly [string, string | null])[]]>([
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
])('headers that are handed on are the same byte for byte: %s', (_case, headers) => {
  const original = listed(headers);
  const copied = Object.fromEntries(Object.entries(decoded(original).headers ?? {}));
  expect(encoded(copied)).toEqual(original);
  const more = decoded(encoded({ ...copied, added: '1' })).headers;
  expect(Object.keys(more ?? {})).toContain('added');
  expect(encoded({ ...copied, added: '1' })).toEqual(listed([...headers, ['added', '1']]));
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
