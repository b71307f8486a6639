import fc from 'fast-check';
import {
  decideReboot,
  decideReturn,
  NEVER_ACCEPTED_AFTER_MS,
  REBOOT_NEVER_STARTED_AFTER_MS,
  type RebootLedger,
  type RebootObservation,
} from './index.js';

const expected = { baselineBootTimeNs: 1_000n, targetVersion: '2.0.0' };
const reachable = (over: Partial<Extract<RebootObservation, { kind: 'reachable' }>> = {}) =>
  ({ kind: 'reachable', bootTimeNs: 1_000n, runningVersion: '1.0.0', rebootActive: false, ...over }) as const;
const never: RebootLedger = { kind: 'never-sent' };
const sent = (sinceMs: number): RebootLedger => ({ kind: 'maybe-sent', sinceMs });

describe('the guard before Reboot', () => {
  it('sends to a router that is up, unchanged and not rebooting, when nothing was sent', () => {
    expect(decideReboot(expected, reachable(), never)).toEqual({ kind: 'send' });
  });

  it.each([
    ['the target version runs', reachable({ runningVersion: '2.0.0' }), never, 'done'],
    ['the router has rebooted', reachable({ bootTimeNs: 1_001n }), never, 'done'],
    ['the router is away and Reboot may have been sent', { kind: 'unreachable' }, sent(0), 'done'],
    ['the router is away and nothing was sent', { kind: 'unreachable' }, never, 'wait'],
    ['a reboot is active', reachable({ rebootActive: true }), never, 'wait'],
    ['an accepted Reboot may not show yet', reachable(), sent(NEVER_ACCEPTED_AFTER_MS - 1), 'wait'],
    ['a Reboot would have shown by now', reachable(), sent(NEVER_ACCEPTED_AFTER_MS), 'send'],
    ['the boot time went back', reachable({ bootTimeNs: 999n }), never, 'refuse'],
  ] as const)('when %s: %s', (_name, observed, ledger, kind) => {
    expect(decideReboot(expected, observed, ledger).kind).toBe(kind);
  });

  it('sends only with proof that no reboot is under way', () => {
    const observation: fc.Arbitrary<RebootObservation> = fc.oneof(
      fc.constant({ kind: 'unreachable' } as const),
      fc.record({
        kind: fc.constant('reachable' as const),
        bootTimeNs: fc.bigInt({ min: 998n, max: 1_002n }),
        runningVersion: fc.constantFrom('1.0.0', '2.0.0'),
        rebootActive: fc.boolean(),
      }),
    );
    const ledger = fc
      .option(fc.nat(2 * NEVER_ACCEPTED_AFTER_MS))
      .map((ms) => (ms === null ? never : sent(ms)));
    fc.assert(
      fc.property(observation, ledger, (observed, known) => {
        if (decideReboot(expected, observed, known).kind !== 'send') return;
        expect(observed).toEqual(reachable());
        if (known.kind === 'maybe-sent')
          expect(known.sinceMs).toBeGreaterThanOrEqual(NEVER_ACCEPTED_AFTER_MS);
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
      event.blind || isDown ? { kind: 'unreachable' } : reachable({ bootTimeNs: rebooted ? 2_000n : 1_000n });
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
    expect(decideReturn(expected, reachable({ bootTimeNs: 1_001n }), 0)).toEqual({
      kind: 'up',
      bootTimeNs: 1_001n,
    });
    expect(decideReturn(expected, reachable({ runningVersion: '2.0.0' }), 0).kind).toBe('wait');
    expect(decideReturn(expected, { kind: 'unreachable' }, 0).kind).toBe('wait');
  });

  it('gives up a reboot that never started, but not one that is active', () => {
    const long = REBOOT_NEVER_STARTED_AFTER_MS;
    expect(decideReturn(expected, reachable(), long - 1).kind).toBe('wait');
    expect(decideReturn(expected, reachable(), long)).toMatchObject({ reason: { code: 'REBOOT_FAILED' } });
    expect(decideReturn(expected, reachable({ rebootActive: true }), long).kind).toBe('wait');
  });
});
