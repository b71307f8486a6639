import { partsWithin, recordBytes } from './record-bytes.js';

const recordOf = (bytes: number) => ({ topic: 't', key: null, value: Buffer.alloc(bytes) });

test('counts key, value and headers', () => {
  const bare = recordBytes(recordOf(100));
  const full = recordBytes({ ...recordOf(100), key: 'é', headers: { name: ['a', Buffer.alloc(9)] } });
  expect(bare).toBeGreaterThanOrEqual(100);
  expect(full - bare).toBeGreaterThanOrEqual(2 + 2 * 4 + 10);
});

test('parts keep all records in order, and one that is too large goes alone', () => {
  const records = [recordOf(300), recordOf(300), recordOf(5_000), recordOf(300)];
  const parts = partsWithin(1_000, records);
  expect(parts.flat()).toEqual(records);
  expect(parts.map((part) => part.length)).toEqual([2, 1, 1]);
});
