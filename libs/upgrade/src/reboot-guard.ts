import type { Reason } from '@vecino/foundation';
import { hasRebooted, type BootBaseline, type BootSighting } from './boot-evidence.js';
import type { UpgradeTiming } from './upgrade-timing.js';

/** What the router showed when it was asked just now. */
export type RebootObservation =
  | { readonly kind: 'unreachable' }
  | (BootSighting & {
      readonly kind: 'reachable';
      readonly runningVersion: string;
      readonly rebootActive: boolean;
    });

/**
 * What we know of our own Reboot. `maybe-sent` covers a lost reply as well as an earlier attempt of which nothing is known;
 * `sinceMs` is how long ago it was sent at the latest.
 */
export type RebootLedger =
  { readonly kind: 'never-sent' } | { readonly kind: 'maybe-sent'; readonly sinceMs: number };

export interface RebootExpectation {
  readonly baseline: BootBaseline;
  /** What the router is to boot into: the new version on the way forward, the old one on the way back. */
  readonly targetVersion: string;
}

export type RebootDecision =
  | { readonly kind: 'send' }
  | { readonly kind: 'wait'; readonly why: 'unreachable' | 'reboot-active' | 'may-still-start' }
  | { readonly kind: 'done'; readonly why: 'rebooted' | 'target-runs' | 'gone-after-send' }
  | { readonly kind: 'refuse'; readonly reason: Reason };

/**
 * Whether Reboot may be sent now. Sends at most once as far as anyone can tell: everything that could still turn into a
 * reboot is waited for.
 */
export function decideReboot(
  expected: RebootExpectation,
  observed: RebootObservation,
  ledger: RebootLedger,
  timing: Pick<UpgradeTiming, 'neverAcceptedAfterMs'>,
): RebootDecision {
  if (observed.kind === 'unreachable') {
    // Gone after a Reboot may have been sent: that is what a reboot looks like. Waiting for its return is the next step's.
    return ledger.kind === 'maybe-sent'
      ? { kind: 'done', why: 'gone-after-send' }
      : { kind: 'wait', why: 'unreachable' };
  }
  if (observed.runningVersion === expected.targetVersion) return { kind: 'done', why: 'target-runs' };
  switch (hasRebooted(expected.baseline, observed)) {
    case 'rebooted':
      // Not by us, and not into what it was to boot: what comes next must not be taken for the end of our reboot.
      return ledger.kind === 'never-sent'
        ? { kind: 'refuse', reason: rebootedByItself(observed.runningVersion) }
        : { kind: 'done', why: 'rebooted' };
    case 'unclear':
      return { kind: 'refuse', reason: unclearBoot(expected.baseline, observed) };
    case 'same-boot':
      break;
  }
  if (observed.rebootActive) return { kind: 'wait', why: 'reboot-active' };
  if (ledger.kind === 'maybe-sent' && ledger.sinceMs < timing.neverAcceptedAfterMs) {
    return { kind: 'wait', why: 'may-still-start' };
  }
  return { kind: 'send' };
}

const rebootedByItself = (version: string): Reason => ({
  code: 'REBOOT_FAILED',
  text: `the router rebooted by itself before Reboot was sent, and runs ${version}`,
});

/** Why nobody can tell whether the router has rebooted. */
export const unclearBoot = (before: BootBaseline, seen: BootSighting): Reason => ({
  code: 'DEVICE_STATE_UNKNOWN',
  text: `the router's boot time went back from ${before.bootTimeNs} to ${seen.bootTimeNs} ns and its uptime does not explain it: its clock cannot be trusted`,
});
