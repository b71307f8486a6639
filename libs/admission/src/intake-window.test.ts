import fc from 'fast-check';
import { intakeSlotMs } from './intake-timing.js';
import { IntakeWindow, IntakeWindows } from './intake-window.js';

const WINDOW_MS = 2_000;

test('grants up to the limit and says when one more fits', () => {
  const window = new IntakeWindow(WINDOW_MS);
  expect(window.take(3, 2, 1_000)).toEqual({ granted: 2, retryAt: 1_000 });
  expect(window.take(3, 2, 1_500)).toEqual({ granted: 1, retryAt: 3_000 });
  expect(window.take(3, 1, 2_999)).toEqual({ granted: 0, retryAt: 3_000 });
  expect(window.take(3, 5, 3_000)).toEqual({ granted: 2, retryAt: 3_500 });
});

test('a lower limit holds at once, and what is too much has to run out first', () => {
  const window = new IntakeWindow(WINDOW_MS);
  window.take(4, 2, 1_000);
  window.take(4, 2, 1_200);
  expect(window.take(2, 1, 1_300)).toEqual({ granted: 0, retryAt: 3_200 });
  expect(window.take(5, 9, 1_400)).toMatchObject({ granted: 1 });
  expect(window.take(0, 1, 1_400)).toEqual({ granted: 0, retryAt: 3_400 });
});

test('keeps no more entries than slots, however many it grants', () => {
  const window = new IntakeWindow(60_000);
  for (let now = 0; now < 180_000; now += 3) window.take(1_000_000, 1, now);
  expect(window.entries).toBeLessThanOrEqual(60_000 / intakeSlotMs(60_000) + 1);
  expect(window.sum(179_997)).toBeGreaterThanOrEqual(20_000);
});

test('forgets tenants in which nothing counts any more', () => {
  const windows = new IntakeWindows(WINDOW_MS);
  for (let i = 0; i < 100; i++) windows.take(`t-${i}`, 1, 1, 10);
  windows.take('t-0', 1, 1, 5_000);
  expect(windows.tenants).toBe(1);
});

test('never above the limit in any window, and never less than a slot allows', () => {
  const asks = fc.array(
    fc.record({ after: fc.nat(400), wanted: fc.nat(6), limit: fc.integer({ min: 0, max: 20 }) }),
    { minLength: 1, maxLength: 120 },
  );
  fc.assert(
    fc.property(asks, fc.constantFrom(1_000, 2_000, 30_000), (steps, windowMs) => {
      const window = new IntakeWindow(windowMs);
      const log: { at: number; granted: number }[] = [];
      const within = (from: number, to: number) =>
        log.reduce((sum, { at, granted }) => sum + (at > from && at <= to ? granted : 0), 0);
      let now = 5_000;
      for (const { after, wanted, limit } of steps) {
        now += after;
        const { granted, retryAt } = window.take(limit, wanted, now);
        // What counts may count for a slot too long.
        const counting = within(now - windowMs - intakeSlotMs(windowMs), now);
        log.push({ at: now, granted });
        if (granted > 0) expect(within(now - windowMs, now)).toBeLessThanOrEqual(limit);
        expect(granted).toBeGreaterThanOrEqual(Math.max(0, Math.min(wanted, limit - counting)));
        if (granted < wanted) expect(retryAt).toBeGreaterThan(now);
      }
    }),
  );
});

test('one more fits when it says so, and not before', () => {
  const takes = fc.array(fc.record({ after: fc.nat(100), wanted: fc.nat(5) }), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(takes, fc.integer({ min: 1, max: 10 }), (steps, limit) => {
      const build = () => {
        const window = new IntakeWindow(WINDOW_MS);
        let now = 0;
        for (const { after, wanted } of steps) window.take(limit, wanted, (now += after));
        return { window, now };
      };
      const { window, now } = build();
      const { retryAt } = window.take(limit, 0, now);
      expect(build().window.take(limit, 1, retryAt).granted).toBe(1);
      if (retryAt > now) expect(build().window.take(limit, 1, retryAt - 1).granted).toBe(0);
    }),
  );
});
