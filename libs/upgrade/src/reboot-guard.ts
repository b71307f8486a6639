import type { Reason } from '@vecino/foundation';

/** What the router showed when it was asked just now. */
export type RebootObservation =
  | { readonly kind: 'unreachable' }
  | {
      readonly kind: 'reachable';
      readonly bootTimeNs: bigint;
      readonly runningVersion: string;
      readonly rebootActive: boolean;
    };

/**
 * What we know of our own Reboot. `maybe-sent` covers a lost reply as well as an earlier attempt of which nothing is known;
 * `sinceMs` is how long ago it was sent at the latest.
 */
export type RebootLedger =
  { readonly kind: 'never-sent' } | { readonly kind: 'maybe-sent'; readonly sinceMs: number };

export interface RebootExpectation {
  readonly baselineBootTimeNs: bigint;
  readonly targetVersion: string;
}

export type RebootDecision =
  | { readonly kind: 'send' }
  | { readonly kind: 'wait'; readonly why: 'unreachable' | 'reboot-active' | 'may-still-start' }
  | { readonly kind: 'done'; readonly why: 'rebooted' | 'target-runs' | 'gone-after-send' }
  | { readonly kind: 'refuse'; readonly reason: Reason };

/** After this long with an unchanged boot time and no reboot active, a Reboot was never accepted. `active` alone may lag by more than 10 s. */
export const NEVER_ACCEPTED_AFTER_MS = 60_000;

/**
 * Whether Reboot may be sent now. Sends at most once as far as anyone can tell: only boot time proves a reboot, so
 * everything that could still turn into one is waited for.
 */
export function decideReboot(
  expected: RebootExpectation,
  observed: RebootObservation,
  ledger: RebootLedger,
): RebootDecision {
  if (observed.kind === 'unreachable') {
    // Gone after a Reboot may have been sent: that is what a reboot looks like. Waiting for its return is the next step's.
    return ledger.kind === 'maybe-sent'
      ? { kind: 'done', why: 'gone-after-send' }
      : { kind: 'wait', why: 'unreachable' };
  }
  if (observed.runningVersion === expected.targetVersion) return { kind: 'done', why: 'target-runs' };
  if (observed.bootTimeNs > expected.baselineBootTimeNs) return { kind: 'done', why: 'rebooted' };
  if (observed.bootTimeNs < expected.baselineBootTimeNs) {
    return {
      kind: 'refuse',
      reason: {
        code: 'DEVICE_STATE_UNKNOWN',
        text: `the router's boot time went back from ${expected.baselineBootTimeNs} to ${observed.bootTimeNs} ns: its clock cannot be trusted`,
      },
    };
  }
  if (observed.rebootActive) return { kind: 'wait', why: 'reboot-active' };
  if (ledger.kind === 'maybe-sent' && ledger.sinceMs < NEVER_ACCEPTED_AFTER_MS) {
    return { kind: 'wait', why: 'may-still-start' };
  }
  return { kind: 'send' };
}
