import fc from 'fast-check';
import { nextChunkLength, type WeighedItem } from './next-chunk.js';

const weighing = (...bytes: number[]): WeighedItem[] =>
  bytes.map((one) => ({ item: {} as WeighedItem['item'], bytes: one }));

test.each([
  ['as many as allowed', [1, 1, 1, 1], { items: 3, bytes: 100 }, 3],
  ['as many as fit', [40, 40, 40], { items: 10, bytes: 100 }, 2],
  ['exactly full', [50, 50, 1], { items: 10, bytes: 100 }, 2],
  ['one that is too large alone', [500, 1], { items: 10, bytes: 100 }, 1],
  ['none', [], { items: 10, bytes: 100 }, 0],
])('%s', (_case, bytes, limits, expected) => {
  expect(nextChunkLength(weighing(...bytes), 0, limits)).toBe(expected);
});

test('chunks keep every item in order and no chunk could have taken one more', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 50 }), (bytes) => {
      const limits = { items: 7, bytes: 100 };
      const items = weighing(...bytes);
      for (let start = 0; start < items.length;) {
        const length = nextChunkLength(items, start, limits);
        const sum = (to: number): number =>
          items.slice(start, to).reduce((total, one) => total + one.bytes, 0);
        expect(length).toBeGreaterThan(0);
        expect(length).toBeLessThanOrEqual(limits.items);
        expect(sum(start + length)).toBeLessThanOrEqual(limits.bytes);
        const couldTakeMore = length < limits.items && start + length < items.length;
        if (couldTakeMore) expect(sum(start + length + 1)).toBeGreaterThan(limits.bytes);
        start += length;
      }
    }),
  );
});
