import decodeRecord from 'kafkajs/src/protocol/recordBatch/record/v0/decoder.js';
import encodeRecord from 'kafkajs/src/protocol/recordBatch/record/v0/index.js';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { repairKafkajs } from './repair-kafkajs.js';

beforeAll(repairKafkajs);

function throughKafkajs(headers: object) {
  const record = encodeRecord({ key: Buffer.from('k'), value: Buffer.from('v'), headers }).buffer;
  const decoder = new Decoder(record);
  decoder.readVarInt();
  return decodeRecord(decoder, { firstOffset: '0', firstTimestamp: '0' });
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
