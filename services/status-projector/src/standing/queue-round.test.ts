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

test('the impatient come every time, and let the others have their turn all the same', () => {
  const round = new QueueRound();
  const isImpatient = ({ taskQueue }: { readonly taskQueue: string }) => taskQueue === 'q-0';
  const turns = Array.from({ length: 4 }, () => names(round.next(places(5), 2, isImpatient)));
  expect(turns.map(([first]) => first)).toEqual(['q-0', 'q-0', 'q-0', 'q-0']);
  expect(new Set(turns.flat())).toEqual(new Set(names(places(5))));
  expect(names(new QueueRound().next(places(6), 4, () => true))).toEqual(['q-0', 'q-1', 'q-2', 'q-3']);
});

test('none is passed over, whichever come and go', () => {
  const round = new QueueRound();
  expect(names(round.next(places(3), 2))).toEqual(['q-0', 'q-1']);
  // q-0 has nothing to do any more, and others have.
  expect(names(round.next(places(5, 1), 2))).toEqual(['q-2', 'q-1']);
  expect(names(round.next(places(5, 1), 2))).toEqual(['q-3', 'q-4']);
  expect(names(round.next([], 2))).toEqual([]);
});
