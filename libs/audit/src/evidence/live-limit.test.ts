import { type LiveLimit, mostInForce, REACHES_ALL_WITHIN_MS } from './live-limit.js';

const limit: LiveLimit = {
  initial: 5,
  changes: [
    { value: 2, asked: 10_000, written: 10_100 },
    { value: 4, asked: 60_000, written: 60_100 },
  ],
};
const LOWERED = 10_100 + REACHES_ALL_WITHIN_MS;

it.each([
  ['before the first change', 0, 0, 5],
  ['while a lowered limit is on its way', LOWERED - 1, LOWERED - 1, 5],
  ['once it has reached everybody', LOWERED, LOWERED, 2],
  ['from when a raised limit is asked for', 60_000, 60_000, 4],
  ['over a time that begins before a lowered limit holds', LOWERED - 1, LOWERED + 1_000, 5],
  ['over a time that ends before a raised limit is asked for', LOWERED, 59_999, 2],
])('%s', (_, from, to, most) => {
  expect(mostInForce(limit, from, to)).toBe(most);
});
