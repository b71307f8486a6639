import { durationArgument } from './duration.js';

test.each([
  ['90s', 90_000],
  ['2m', 120_000],
  ['1h', 3_600_000],
  ['500ms', 500],
  ['60', 60_000],
  ['7d', 604_800_000],
])('%s', (text, ms) => {
  expect(durationArgument(text)).toBe(ms);
});

test.each(['', '0s', '-1s', '1w', '1.5m', 'soon'])('%j is refused', (text) => {
  expect(() => durationArgument(text)).toThrow('length of time');
});
