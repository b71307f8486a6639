import fc from 'fast-check';
import {
  decideReboot as decideRebootWith,
  decideReturn as decideReturnWith,
  UPGRADE_TIMING,
  type RebootExpectation,
  type RebootLedger,
  type RebootObservation,
} from './index.js';

const { neverAcceptedAfterMs, neverStartedAfterMs } = UPGRADE_TIMING;
const SECOND_NS = 1_000_000_000n;
const BOOT = 1_000n * SECOND_NS;
const LATER = BOOT + 10n * SECOND_NS;
const EARLIER = BOOT - 10n * SECOND_NS;
const expected: RebootExpectation = {
  baseline: { bootTimeNs: BOOT, takenAtMs: 0 },
  targetVersion: '2.0.0',
};
type Reachable = Extract<RebootObservation, { kind: 'reachable' }>;
const reachable = (over: Partial<Reachable> = {}): Reachable => ({
  kind: 'reachable',
  bootTimeNs: BOOT,
  seenAtMs: 60_000,
  runningVersion: '1.0.0',
  rebootActive: false,
  ...over,
});
/** A router that had been up for an hour and computes its boot time: its clock was set back by a day, or by that and a boot. */
const up = (seconds: bigint) => ({ bootTimeNs: 0n, deviceTimeNs: seconds * SECOND_NS });
const hourUp: RebootExpectation = {
  ...expected,
  baseline: {
    bootTimeNs: 90_000n * SECOND_NS,
    deviceTimeNs: (90_000n + 3_600n) * SECOND_NS,
    takenAtMs: 0,
  },
};
const decideReboot = (
  given: RebootExpectation,
  observed: RebootObservation,
  ledger: RebootLedger,
  timing = UPGRADE_TIMING,
) => decideRebootWith(given, observed, ledger, timing);
const decideReturn = (
  given: RebootExpectation,
  observed: RebootObservation,
  unchangedForMs: number,
  timing = UPGRADE_TIMING,
) => decideReturnWith(given, observed, unchangedForMs, timing);
const never: RebootLedger = { kind: 'never-sent' };
const sent = (sinceMs: number): RebootLedger => ({ kind: 'maybe-sent', sinceMs });

describe('the guard before Reboot', () => {
  it('sends to a router that is up, unchanged and not rebooting, when nothing was sent', () => {
    expect(decideReboot(expected, reachable(), never)).toEqual({ kind: 'send' });
  });

  it.each([
    ['the target version runs', reachable({ runningVersion: '2.0.0' }), never, 'done'],
    [
      'the router has rebooted after Reboot may have been sent',
      reachable({ bootTimeNs: LATER }),
      sent(0),
      'done',
    ],
    ['the router has rebooted by itself', reachable({ bootTimeNs: LATER }), never, 'refuse'],
    ['the router is away and Reboot may have been sent', { kind: 'unreachable' }, sent(0), 'done'],
    ['the router is away and nothing was sent', { kind: 'unreachable' }, never, 'wait'],
    ['a reboot is active', reachable({ rebootActive: true }), never, 'wait'],
    ['an accepted Reboot may not show yet', reachable(), sent(neverAcceptedAfterMs - 1), 'wait'],
    ['a Reboot would have shown by now', reachable(), sent(neverAcceptedAfterMs), 'send'],
    ['the boot time went back', reachable({ bootTimeNs: EARLIER }), never, 'refuse'],
  ] as [string, RebootObservation, RebootLedger, string][])(
    'when %s: %s',
    (_name, observed, ledger, kind) => {
      expect(decideReboot(expected, observed, ledger).kind).toBe(kind);
    },
  );

  it('is not fooled by a clock that was set back: the uptime tells', () => {
    expect(decideReboot(hourUp, reachable(up(3_660n)), never)).toEqual({ kind: 'send' });
    expect(decideReboot(hourUp, reachable(up(30n)), sent(0))).toEqual({ kind: 'done', why: 'rebooted' });
    expect(decideReboot(hourUp, reachable(up(30n)), never)).toMatchObject({
      kind: 'refuse',
      reason: { code: 'REBOOT_FAILED' },
    });
  });

  it('knows the version to boot on the way back too', () => {
    const back = { ...expected, targetVersion: '1.0.0' };
    expect(decideReboot(back, reachable(), never)).toEqual({ kind: 'done', why: 'target-runs' });
    expect(decideReboot(back, reachable({ runningVersion: '2.0.0' }), never)).toEqual({ kind: 'send' });
  });

  it('waits as long as its timing says, and no longer', () => {
    const timing = { ...UPGRADE_TIMING, neverAcceptedAfterMs: 500 };
    expect(decideReboot(expected, reachable(), sent(499), timing).kind).toBe('wait');
    expect(decideReboot(expected, reachable(), sent(500), timing).kind).toBe('send');
  });

  it('sends only with proof that no reboot is under way', () => {
    const observation: fc.Arbitrary<RebootObservation> = fc.oneof(
      fc.constant({ kind: 'unreachable' } as const),
      fc.record({
        kind: fc.constant('reachable' as const),
        bootTimeNs: fc.constantFrom(EARLIER, BOOT, LATER),
        seenAtMs: fc.constant(60_000),
        runningVersion: fc.constantFrom('1.0.0', '2.0.0'),
        rebootActive: fc.boolean(),
      }),
    );
    const ledger = fc.option(fc.nat(2 * neverAcceptedAfterMs)).map((ms) => (ms === null ? never : sent(ms)));
    fc.assert(
      fc.property(observation, ledger, (observed, known) => {
        if (decideReboot(expected, observed, known).kind !== 'send') return;
        expect(observed).toEqual(reachable());
        if (known.kind === 'maybe-sent') expect(known.sinceMs).toBeGreaterThanOrEqual(neverAcceptedAfterMs);
      }),
    );
  });

  it('never makes a router reboot twice, whatever is lost and whenever the worker dies', () => {
    // What happens at each poll: the look fails, the request or its reply is lost, the worker dies right after sending.
    const event = fc.record({
      blind: fc.boolean(),
      requestLost: fc.boolean(),
      replyLost: fc.boolean(),
      killed: fc.boolean(),
      secondsPass: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(
        fc.array(event, { minLength: 1, maxLength: 40 }),
        // How long an accepted Reboot may stay invisible, and how long the router is away.
        fc.integer({ min: 0, max: 50 }),
        fc.integer({ min: 1, max: 60 }),
        (events, lagSeconds, awaySeconds) => {
          const reboots = play(events, lagSeconds, awaySeconds);
          expect(reboots).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

interface PollEvent {
  readonly blind: boolean;
  readonly requestLost: boolean;
  readonly replyLost: boolean;
  readonly killed: boolean;
  readonly secondsPass: number;
}

/** Runs the guard against a model router and returns how often it rebooted. A killed worker's successor knows nothing. */
function play(events: readonly PollEvent[], lagSeconds: number, awaySeconds: number): number {
  let now = 0;
  let accepted = 0;
  let acceptedAt: number | undefined;
  let sentAt: number | undefined;
  for (const event of events) {
    now += event.secondsPass;
    const downFrom = acceptedAt === undefined ? Infinity : acceptedAt + lagSeconds;
    const isDown = now >= downFrom && now < downFrom + awaySeconds;
    const rebooted = now >= downFrom + awaySeconds;
    const observed: RebootObservation =
      event.blind || isDown ? { kind: 'unreachable' } : reachable({ bootTimeNs: rebooted ? LATER : BOOT });
    const ledger = sentAt === undefined ? never : sent((now - sentAt) * 1_000);
    const decision = decideReboot(expected, observed, ledger);
    if (decision.kind === 'done' || decision.kind === 'refuse') return accepted;
    if (decision.kind === 'send') {
      sentAt = now;
      if (!event.requestLost) {
        accepted += 1;
        acceptedAt = now;
        if (!event.replyLost && !event.killed) return accepted;
      }
    }
    // The successor takes every earlier attempt for one that may have sent just now.
    if (event.killed) sentAt = now;
  }
  return accepted;
}

describe('the watch for the router’s return', () => {
  it('takes only a newer boot time for a return', () => {
    expect(decideReturn(expected, reachable({ bootTimeNs: LATER }), 0)).toEqual({
      kind: 'up',
      bootTimeNs: LATER,
    });
    expect(decideReturn(expected, reachable({ runningVersion: '2.0.0' }), 0).kind).toBe('wait');
    expect(decideReturn(expected, { kind: 'unreachable' }, 0).kind).toBe('wait');
  });

  it('waits for a reboot that is still to come, whatever booted before it', () => {
    const again = { bootTimeNs: LATER, rebootActive: true };
    expect(decideReturn(expected, reachable(again), 0)).toEqual({ kind: 'wait', why: 'not-yet-rebooted' });
    expect(decideReturn(expected, reachable({ ...again, runningVersion: '2.0.0' }), 0).kind).toBe('up');
  });

  it('takes a boot with a clock set back for a return, and no clock set back alone', () => {
    expect(decideReturn(hourUp, reachable(up(30n)), 0)).toEqual({ kind: 'up', bootTimeNs: 0n });
    expect(decideReturn(hourUp, reachable(up(3_660n)), 0)).toEqual({ kind: 'wait', why: 'not-yet-rebooted' });
  });

  it('where the clock tells nothing takes the version as proof, else gives up with an unknown state', () => {
    const back = { bootTimeNs: EARLIER };
    expect(decideReturn(expected, reachable({ ...back, runningVersion: '2.0.0' }), 0).kind).toBe('up');
    expect(decideReturn(expected, reachable(back), neverStartedAfterMs - 1)).toEqual({
      kind: 'wait',
      why: 'unclear',
    });
    expect(decideReturn(expected, reachable(back), neverStartedAfterMs)).toMatchObject({
      kind: 'never-started',
      reason: { code: 'DEVICE_STATE_UNKNOWN' },
    });
  });

  it('gives up a reboot that never started, but not one that is active', () => {
    const long = neverStartedAfterMs;
    expect(decideReturn(expected, reachable(), long - 1).kind).toBe('wait');
    expect(decideReturn(expected, reachable(), long)).toMatchObject({ reason: { code: 'REBOOT_FAILED' } });
    expect(decideReturn(expected, reachable({ rebootActive: true }), long).kind).toBe('wait');
    const timing = { ...UPGRADE_TIMING, neverStartedAfterMs: 500 };
    expect(decideReturn(expected, reachable(), 500, timing).kind).toBe('never-started');
  });
});
