import encodeRecord from 'kafkajs/src/protocol/recordBatch/record/v0/index.js';
import { partsWithin, recordBytes } from './record-bytes.js';

const recordOf = (bytes: number) => ({ topic: 't', key: null, value: Buffer.alloc(bytes) });

test('counts key, value and headers', () => {
  const bare = recordBytes(recordOf(100));
  const full = recordBytes({ ...recordOf(100), key: 'é', headers: { name: ['a', Buffer.alloc(9)] } });
  expect(bare).toBeGreaterThanOrEqual(100);
  expect(full - bare).toBeGreaterThanOrEqual(2 + 2 * 4 + 10);
});

test('never counts less than Kafka does, whatever the headers are', () => {
  const many = <T>(of: T) => Array.from({ length: 3_000 }, () => of);
  for (const headers of [
    { a: many('') },
    { '': many(Buffer.alloc(0)) },
    { a: many('x') },
    Object.fromEntries(many('').map((_, i) => [`name ${i}`, 'x'.repeat(i % 200)])),
  ]) {
    const record = { topic: 't', key: 'k', value: 'v', headers };
    const encoded = encodeRecord({ ...record, key: Buffer.from('k'), value: Buffer.from('v') }).buffer;
    expect(recordBytes(record)).toBeGreaterThanOrEqual(encoded.length);
  }
});

test('parts keep all records in order, and one that is too large goes alone', () => {
  const records = [recordOf(300), recordOf(300), recordOf(5_000), recordOf(300)];
  const parts = partsWithin(1_000, records);
  expect(parts.flat()).toEqual(records);
  expect(parts.map((part) => part.length)).toEqual([2, 1, 1]);
});
