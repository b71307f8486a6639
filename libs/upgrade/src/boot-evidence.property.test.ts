import fc from 'fast-check';
import { bootBaselineOf, hasRebooted, type BootBaseline, type BootSighting } from './index.js';

const NS_PER_MS = 1_000_000n;
const SECOND = 1_000;
const DAY = 86_400 * SECOND;

/** A router's clock: true time, an error, and steps at certain moments. */
interface ClockModel {
  readonly errorMs: number;
  readonly steps: readonly { readonly atMs: number; readonly byMs: number }[];
}
/** `recorded`: the boot is written down once. `computed`: now - uptime, at each reading. */
interface RouterModel {
  readonly kind: 'recorded' | 'computed';
  readonly clock: ClockModel;
  /** True time of each boot, ascending. */
  readonly bootsMs: readonly number[];
}
interface Noise {
  readonly jitterMs: number;
  readonly workerSkewMs: number;
  /** The router tells whole seconds only. */
  readonly wholeSeconds: boolean;
}

const clockAt = ({ errorMs, steps }: ClockModel, ms: number): number =>
  ms + errorMs + steps.reduce((sum, { atMs, byMs }) => (atMs <= ms ? sum + byMs : sum), 0);
const ns = (ms: number): bigint => BigInt(Math.round(ms)) * NS_PER_MS;

function read(router: RouterModel, ms: number, noise: Noise) {
  const { kind, clock, bootsMs } = router;
  const boot = bootsMs.findLast((at) => at <= ms);
  if (boot === undefined) throw new Error('read before the first boot');
  const shown =
    kind === 'recorded' ? clockAt(clock, boot) : clockAt(clock, ms) - (ms - boot) + noise.jitterMs;
  const time = clockAt(clock, ms);
  return {
    bootTimeNs: ns(shown),
    deviceTimeNs: ns(noise.wholeSeconds ? Math.floor(time / SECOND) * SECOND : time),
    workerMs: ms + noise.workerSkewMs,
  };
}

function judge(router: RouterModel, fromMs: number, toMs: number, before: Noise, after: Noise) {
  const { workerMs: takenAtMs, ...first } = read(router, fromMs, before);
  const { workerMs: seenAtMs, ...second } = read(router, toMs, after);
  return hasRebooted({ ...first, takenAtMs }, { ...second, seenAtMs });
}

const T0 = 1_764_000_000_000;
const noise: fc.Arbitrary<Noise> = fc.record({
  jitterMs: fc.integer({ min: -500, max: 500 }),
  workerSkewMs: fc.integer({ min: -500, max: 500 }),
  wholeSeconds: fc.boolean(),
});
const stepBy = fc.integer({ min: -30 * DAY, max: 30 * DAY });
const error = fc.integer({ min: -DAY, max: DAY });
const uptime = fc.integer({ min: 20 * SECOND, max: 400 * DAY });
const pause = fc.integer({ min: 15 * SECOND, max: 4 * 3_600 * SECOND });
/** Steps somewhere from before the first boot to after the last look. */
const steps = fc.array(fc.record({ atMs: fc.integer({ min: T0 - 30 * DAY, max: T0 + DAY }), byMs: stepBy }), {
  maxLength: 4,
});

describe('a router that has not rebooted', () => {
  it.each(['recorded', 'computed'] as const)(
    'is never taken for one that has, whatever steps its clock makes: %s boot time',
    (kind) => {
      fc.assert(
        fc.property(error, steps, uptime, pause, noise, noise, (errorMs, list, up, wait, before, after) => {
          const router: RouterModel = { kind, clock: { errorMs, steps: list }, bootsMs: [T0 - up] };
          expect(judge(router, T0, T0 + wait, before, after)).toBe('same-boot');
        }),
        { numRuns: 1_000 },
      );
    },
  );
});

it('jitter is no reboot, however far the workers’ clocks are apart and however slow the reading was', () => {
  fc.assert(
    fc.property(uptime, pause, noise, fc.integer({ min: -DAY, max: DAY }), (up, wait, after, skew) => {
      const router: RouterModel = { kind: 'computed', clock: { errorMs: 0, steps: [] }, bootsMs: [T0 - up] };
      expect(judge(router, T0, T0 + wait, QUIET, { ...after, workerSkewMs: skew })).toBe('same-boot');
    }),
    { numRuns: 1_000 },
  );
});

describe('a router that has rebooted', () => {
  it('is always seen to have, where it computes its boot time, whatever steps its clock makes', () => {
    fc.assert(
      fc.property(
        error,
        steps,
        uptime,
        pause,
        fc.integer({ min: 0, max: 4 * 3_600 * SECOND }),
        noise,
        noise,
        (errorMs, list, up, away, since, before, after) => {
          const boot = T0 + away;
          const clock = { errorMs, steps: list };
          const router: RouterModel = { kind: 'computed', clock, bootsMs: [T0 - up, boot] };
          expect(judge(router, T0, boot + since, before, after)).toBe('rebooted');
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('is seen to have, where it writes its boot time down, also with a clock that came up wrong', () => {
    fc.assert(
      fc.property(
        error,
        stepBy,
        uptime,
        pause,
        pause,
        noise,
        noise,
        (errorMs, by, up, away, since, before, after) => {
          const boot = T0 + away;
          const clock = { errorMs, steps: [{ atMs: boot, byMs: by }] };
          fc.pre(Math.abs(by + up + away) > 3 * SECOND);
          const router: RouterModel = { kind: 'recorded', clock, bootsMs: [T0 - up, boot] };
          expect(judge(router, T0, boot + since, before, after)).toBe('rebooted');
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('is never taken for the same boot when its clock is set after it, but where the step hides just the lost uptime', () => {
    fc.assert(
      fc.property(error, stepBy, stepBy, uptime, pause, pause, (errorMs, atBoot, later, up, away, since) => {
        const boot = T0 + away;
        const clock = {
          errorMs,
          steps: [
            { atMs: boot, byMs: atBoot },
            { atMs: boot + 1, byMs: later },
          ],
        };
        fc.pre(Math.abs(later - (up + away)) > 10 * SECOND && Math.abs(atBoot + up + away) > 3 * SECOND);
        const router: RouterModel = { kind: 'recorded', clock, bootsMs: [T0 - up, boot] };
        expect(judge(router, T0, boot + since, QUIET, QUIET)).not.toBe('same-boot');
      }),
      { numRuns: 1_000 },
    );
  });

  it('is seen to have when it had been up for moments only, and is back in moments', () => {
    const router: RouterModel = {
      kind: 'recorded',
      clock: { errorMs: 0, steps: [] },
      bootsMs: [T0 - 1_000, T0 + 300],
    };
    expect(judge(router, T0, T0 + 400, QUIET, QUIET)).toBe('rebooted');
  });
});

const QUIET: Noise = { jitterMs: 0, workerSkewMs: 0, wholeSeconds: false };

describe('where a router does not tell the time', () => {
  const baseline: BootBaseline = { bootTimeNs: 1_000n, takenAtMs: 0 };
  const withTime: BootBaseline = { ...baseline, deviceTimeNs: 60_000_000_000n };
  const seen = (bootTimeNs: bigint, deviceTimeNs?: bigint): BootSighting => ({
    bootTimeNs,
    deviceTimeNs,
    seenAtMs: 60_000,
  });

  it.each([
    ['never', baseline, undefined],
    ['now', withTime, undefined],
    ['then', baseline, 120_000_000_000n],
    ['rightly then: its clock stood before its boot', { ...baseline, deviceTimeNs: 0n - 10n ** 9n }, 0n],
  ] as const)('%s, its boot time alone judges', (_when, before, deviceTimeNs) => {
    const at = (seconds: bigint) => seen(seconds * 1_000_000_000n + 1_000n, deviceTimeNs);
    expect(hasRebooted(before, at(0n))).toBe('same-boot');
    expect(hasRebooted(before, at(1n))).toBe('same-boot');
    expect(hasRebooted(before, at(3n))).toBe('rebooted');
    expect(hasRebooted(before, at(-3n))).toBe('unclear');
  });
});

it('a baseline comes back from its text to the nanosecond', () => {
  const text = { bootTimeNs: '1763999999123456789', deviceTimeNs: '1764000000123456789', takenAt: 5 };
  expect(bootBaselineOf(text)).toEqual({
    bootTimeNs: 1_763_999_999_123_456_789n,
    deviceTimeNs: 1_764_000_000_123_456_789n,
    takenAtMs: 5,
  });
  expect(bootBaselineOf({ bootTimeNs: '1', takenAt: 5 })).toEqual({ bootTimeNs: 1n, takenAtMs: 5 });
  expect(() => bootBaselineOf({ bootTimeNs: 'yesterday', takenAt: 5 })).toThrow(SyntaxError);
});
