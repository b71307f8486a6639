import { RouterClock } from './router-clock.js';
import { seededRandom } from './seeded-random.js';

const HOUR_MS = 3_600_000;

function clockOf(bootTimeFollows: boolean, seed = 'seed'): RouterClock {
  const random = seededRandom(seed);
  return new RouterClock({
    machine: () => 10 * HOUR_MS,
    offsetMs: 0,
    upForNs: 1_000_000_000n,
    bootTimeFollows,
    jitterNs: () => BigInt(Math.round((random() - 0.5) * 4_000)) * 1_000n,
  });
}
const readings = (clock: RouterClock) => Array.from({ length: 50 }, () => clock.readBootTimeNs());

describe('a boot time', () => {
  it('reads the same each time where it was written down', () => {
    const clock = clockOf(false);
    expect(new Set(readings(clock))).toEqual(new Set([clock.bootTimeNs]));
  });

  it('reads a little different each time where it is worked out, by its seed', () => {
    const clock = clockOf(true);
    const seen = readings(clock);
    expect(new Set(seen).size).toBeGreaterThan(40);
    const errors = seen.map((ns) => Number(ns - clock.bootTimeNs));
    expect(Math.max(...errors.map(Math.abs))).toBeLessThanOrEqual(2_000_000);
    expect(Math.min(...errors)).toBeLessThan(0);
    expect(Math.max(...errors)).toBeGreaterThan(0);
    expect(seen).toEqual(readings(clockOf(true)));
    expect(seen).not.toEqual(readings(clockOf(true, 'another')));
  });
});
