import { atLeast, atMost, exactly } from './bar.js';
import { cut, middleRate, percentiles, quantile, spread } from './report.js';

describe('what reports say', () => {
  test('a quantile is a value that was measured, by nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, n) => n + 1);
    expect([0.5, 0.95, 0.99, 1].map((q) => quantile(values, q))).toEqual([50, 95, 99, 100]);
    expect(quantile([7], 0.5)).toBe(7);
    expect(quantile([], 0.5)).toBeNaN();
  });

  test('percentiles are rounded up, in whatever order the values came', () => {
    expect(percentiles('x', [3.2, 1.1, 2.5])).toEqual({ x_p50_ms: 3, x_p95_ms: 4, x_p99_ms: 4 });
  });

  test('a spread has the median of the rounds, and rates are cut', () => {
    expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
    expect(cut(1.999)).toBe(1.99);
  });

  test('the middle rate leaves out a slow start and a slow end', () => {
    const steady = Array.from({ length: 85 }, (_, n) => 10_000 + n * 100);
    const slow = Array.from({ length: 8 }, (_, n) => n * 1_000);
    const tail = Array.from({ length: 7 }, (_, n) => 19_000 + n * 1_000);
    expect(middleRate([...tail, ...steady, ...slow])).toBeCloseTo(10, 0);
  });

  test('a bar is kept or not, and never by what was not measured', () => {
    expect([atMost('a', 2, 2).kept, atMost('a', 2.01, 2).kept, atMost('a', NaN, 2).kept]).toEqual([
      true,
      false,
      false,
    ]);
    expect([atLeast('a', 2, 2).kept, atLeast('a', 1.99, 2).kept, atLeast('a', NaN, 2).kept]).toEqual([
      true,
      false,
      false,
    ]);
    expect([exactly('a', 2, 2).kept, exactly('a', NaN, 2).kept]).toEqual([true, false]);
  });
});
