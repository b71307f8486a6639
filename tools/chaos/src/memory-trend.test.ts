import { memoryChart, trendOf } from './memory-trend.js';

const series = (mibAt: (n: number) => number, count = 360) => ({
  service: 'ingest',
  mib: Array.from({ length: count }, (_, n) => mibAt(n)),
});

describe('the memory of a process over time', () => {
  it('is flat where it goes up and down but not up', () => {
    expect(trendOf(series((n) => 200 + (n % 20)))).toMatchObject({ growth: 1, most_mib: 219 });
  });

  it('is flat where it grows while the process warms up, and no more', () => {
    expect(trendOf(series((n) => Math.min(200, 80 + 2 * n))).growth).toBe(1);
  });

  it('grows where it leaks, however slowly', () => {
    expect(trendOf(series((n) => 200 + n / 5)).growth).toBeGreaterThan(1.15);
  });

  it('is never told smaller than it is', () => {
    expect(trendOf(series((n) => (n < 300 ? 100 : 100.01)))).toMatchObject({
      late_mib: 100.1,
      growth: 1.001,
    });
  });

  it('is not told from a few samples', () => {
    expect(() => trendOf(series(() => 1, 11))).toThrow('11 samples of ingest show no trend');
  });

  it('is drawn with the largest value inside the chart', () => {
    const chart = memoryChart(
      series((n) => n),
      30,
    );
    expect(chart).toContain('y-axis "MiB" 0 --> 400');
    expect(/line \[(.*)\]/.exec(chart)?.[1]?.split(', ')).toHaveLength(60);
  });
});
