import { QueueRound } from './queue-round.js';

const places = (count: number, first = 0) =>
  Array.from({ length: count }, (_, i) => ({ namespace: 'n', taskQueue: `q-${first + i}` }));
const names = (found: readonly { readonly taskQueue: string }[]) => found.map(({ taskQueue }) => taskQueue);

test.each([1, 100, 101, 250, 1_000])(
  'of %d queues each is looked at within as many looks as it takes',
  (count) => {
    const round = new QueueRound();
    const all = places(count);
    for (let rounds = 0; rounds < 3; rounds += 1) {
      const looks = Math.ceil(count / 100);
      const seen = Array.from({ length: looks }, () => round.next(all, 100)).flat();
      expect(new Set(names(seen))).toEqual(new Set(names(all)));
    }
  },
);

test('none is passed over, whichever come and go', () => {
  const round = new QueueRound();
  expect(names(round.next(places(3), 2))).toEqual(['q-0', 'q-1']);
  // q-0 has nothing to do any more, and others have.
  expect(names(round.next(places(5, 1), 2))).toEqual(['q-2', 'q-1']);
  expect(names(round.next(places(5, 1), 2))).toEqual(['q-3', 'q-4']);
  expect(names(round.next([], 2))).toEqual([]);
});
