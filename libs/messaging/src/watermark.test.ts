import fc from 'fast-check';
import { Watermark } from './watermark.js';

test('passes a batch only when all before it are done', () => {
  const watermark = new Watermark<string>(10);
  const a = watermark.add('a', 20);
  const b = watermark.add('b', 30);
  expect(watermark.finish(b)).toEqual([]);
  expect(watermark.done).toBe(10);
  expect(watermark.finish(a)).toEqual(['a', 'b']);
  expect(watermark.done).toBe(30);
});

test('goes where reading goes, also back, after the log was cut', () => {
  const watermark = new Watermark<string>(1_000);
  const a = watermark.add('a', 5);
  expect(watermark.read).toBe(5);
  watermark.finish(a);
  expect(watermark.done).toBe(5);
});

test('in whatever order batches finish, it stands before the first that is not done', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 30 }),
      fc.infiniteStream(fc.nat()),
      (lengths, picks) => {
        const watermark = new Watermark<number>(0);
        let offset = 0;
        const marks = lengths.map((length, i) => watermark.add(i, (offset += length)));
        const open = [...marks];
        const passed: number[] = [];
        while (open.length > 0) {
          const [mark] = open.splice((picks.next().value as number) % open.length, 1);
          if (mark) passed.push(...watermark.finish(mark));
          const firstOpen = marks.findIndex(({ done }) => !done);
          const expected = firstOpen === -1 ? offset : firstOpen === 0 ? 0 : marks[firstOpen - 1]?.nextOffset;
          expect(watermark.done).toBe(expected);
        }
        expect(passed).toEqual(lengths.map((_, i) => i));
      },
    ),
  );
});
