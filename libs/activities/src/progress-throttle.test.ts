import fc from 'fast-check';
import {
  nothingTold,
  PROGRESS_EVERY_MS,
  PROGRESS_STEP_PERCENT,
  worthTelling,
  type ToldProgress,
} from './progress-throttle.js';

const at = (ms: number, percent: number, waitingFor?: string): ToldProgress => ({
  at: ms,
  percent,
  waitingFor,
});

test.each([
  ['a step that has just begun', at(0, 0), { percent: '90' }, 4_999, false],
  ['a step that has moved on', at(0, 0), { percent: '5' }, 5_000, true],
  ['a step that has hardly moved on', at(0, 40), { percent: '44' }, 60_000, false],
  ['a step that begins to wait', at(0, 40), { percent: '40', waiting_for: 'the router' }, 5_000, true],
  ['a step that still waits', at(0, 40, 'the router'), { waiting_for: 'the router' }, 60_000, false],
  ['a step that waits no longer', at(0, 40, 'the router'), { percent: '40' }, 5_000, true],
] as const)('%s', (_name, told, details, now, worth) => {
  expect(worthTelling(told, details, now) !== undefined).toBe(worth);
});

test('a step of any length that only moves on is told of at most twenty times, five seconds apart', () => {
  const reports = fc.array(fc.tuple(fc.nat(10_000), fc.nat(100)), { maxLength: 300 });
  fc.assert(
    fc.property(reports, (steps) => {
      let told = nothingTold(0);
      let now = 0;
      const times = [now];
      const percents = steps.map(([, percent]) => percent).sort((a, b) => a - b);
      steps.forEach(([passed], index) => {
        now += passed;
        const next = worthTelling(told, { percent: String(percents[index]) }, now);
        if (next === undefined) return;
        told = next;
        times.push(now);
      });
      expect(times.length - 1).toBeLessThanOrEqual(100 / PROGRESS_STEP_PERCENT);
      times.slice(1).forEach((time, index) => {
        expect(time - (times[index] ?? 0)).toBeGreaterThanOrEqual(PROGRESS_EVERY_MS);
      });
    }),
  );
});
