import * as fc from 'fast-check';
import { type QueuedCall, takeNext, type Turn } from './next-calls.js';

interface Call extends QueuedCall {
  readonly n: number;
}

const limits = { records: 10, bytes: 100 };
const topic: fc.Arbitrary<string> = fc.constantFrom('a', 'b', 'c', 'd');
const calls = fc
  .array(
    fc.record({ topic, records: fc.integer({ min: 1, max: 12 }), bytes: fc.integer({ min: 1, max: 120 }) }),
  )
  .map((list) => list.map((call, n): Call => ({ ...call, n })));
const turn = fc.record({
  apart: fc.array(topic).map((topics) => new Set(topics)),
  first: fc.constantFrom('apart' as const, 'others' as const),
  limits: fc.constant(limits),
}) satisfies fc.Arbitrary<Turn>;

test('all are written, once each, in the order of their topic, and what is apart shares no write', () => {
  fc.assert(
    fc.property(calls, turn, (all, given) => {
      const queue = [...all];
      const written: Call[] = [];
      let { first } = given;
      while (queue.length > 0) {
        const taken = takeNext(queue, { ...given, first });
        first = first === 'apart' ? 'others' : 'apart';
        expect(taken.length).toBeGreaterThan(0);
        const topics = new Set(taken.map((call) => call.topic));
        if ([...topics].some((one) => given.apart.has(one))) expect(topics.size).toBe(1);
        if (taken.length > 1) {
          const sum = (of: 'records' | 'bytes') => taken.reduce((total, call) => total + call[of], 0);
          expect(sum('records')).toBeLessThanOrEqual(limits.records);
          expect(sum('bytes')).toBeLessThanOrEqual(limits.bytes);
        }
        written.push(...taken);
      }
      expect([...written].sort((one, other) => one.n - other.n)).toEqual(all);
      for (const one of ['a', 'b', 'c', 'd']) {
        const ofTopic = ({ topic: its }: Call) => its === one;
        expect(written.filter(ofTopic)).toEqual(all.filter(ofTopic));
      }
    }),
  );
});

test('however many wait for a topic that is apart, the others are next but one', () => {
  const call = (n: number, its: string): Call => ({ topic: its, records: 1, bytes: 1, n });
  const queue = [...Array.from({ length: 30 }, (_, n) => call(n, 'a')), call(30, 'b'), call(31, 'c')];
  const given = { apart: new Set(['a']), limits };
  expect(takeNext(queue, { ...given, first: 'apart' }).map(({ n }) => n)).toEqual([
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
  ]);
  expect(takeNext(queue, { ...given, first: 'others' }).map(({ n }) => n)).toEqual([30, 31]);
});
