import { secondsOf, timingOf } from './timing.js';

it.each([
  ['5m', 1, '5m'],
  ['3d', 1, '3d'],
  ['5m', 30, '10s'],
  ['1h', 30, '120s'],
  ['30s', 60, '1s'],
] as const)('%s at pace %d is %s', (given, pace, written) => {
  expect(timingOf(pace).duration(given)).toBe(written);
});

it('counts the seconds of each unit', () => {
  expect((['7s', '2m', '1h', '3d'] as const).map(secondsOf)).toEqual([7, 120, 3_600, 259_200]);
});
