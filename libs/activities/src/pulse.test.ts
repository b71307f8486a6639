import { Pulse } from './pulse.js';

test('an attempt that stood still for half of its timeout is given up, however soon it beats again', () => {
  let now = 0;
  const pulse = new Pulse(10_000, () => now);
  now = 5_000;
  expect(pulse.lapsed()).toBe(false);
  pulse.beat();
  now = 10_000;
  pulse.beat();
  expect(pulse.lapsed()).toBe(false);
  now = 15_001;
  pulse.beat();
  expect(pulse.lapsed()).toBe(true);
});

test.each([undefined, 0])('without a timeout nothing lapses: %p', (timeout) => {
  let now = 0;
  const pulse = new Pulse(timeout, () => now);
  now = 1e9;
  expect(pulse.lapsed()).toBe(false);
});
