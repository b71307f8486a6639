import type { Reason } from '@vecino/foundation';
import { hasRebooted } from './boot-evidence.js';
import { unclearBoot, type RebootExpectation, type RebootObservation } from './reboot-guard.js';
import type { UpgradeTiming } from './upgrade-timing.js';

export type ReturnDecision =
  | { readonly kind: 'wait'; readonly why: 'unreachable' | 'not-yet-rebooted' | 'unclear' }
  | { readonly kind: 'up'; readonly bootTimeNs: bigint }
  /** `REBOOT_FAILED`, or `DEVICE_STATE_UNKNOWN` where its clock tells nothing. */
  | { readonly kind: 'never-started'; readonly reason: Reason };

/**
 * Whether the router has come back. Being reachable is not enough, nor is running the version: only another boot counts.
 * The version decides only where the router's clock tells nothing. `unchangedForMs`: how long the router has been answering
 * without having rebooted for certain, without a gap.
 */
export function decideReturn(
  expected: RebootExpectation,
  observed: RebootObservation,
  unchangedForMs: number,
  timing: Pick<UpgradeTiming, 'neverStartedAfterMs'>,
): ReturnDecision {
  if (observed.kind === 'unreachable') return { kind: 'wait', why: 'unreachable' };
  const { bootTimeNs, rebootActive, runningVersion } = observed;
  const isOver = !rebootActive && unchangedForMs >= timing.neverStartedAfterMs;
  switch (hasRebooted(expected.baseline, observed)) {
    case 'rebooted':
      // A reboot is still to come, perhaps ours: what runs now says nothing.
      if (rebootActive && runningVersion !== expected.targetVersion)
        return { kind: 'wait', why: 'not-yet-rebooted' };
      return { kind: 'up', bootTimeNs };
    case 'unclear':
      // No router changes its version without a boot.
      if (runningVersion === expected.targetVersion) return { kind: 'up', bootTimeNs };
      if (isOver) return { kind: 'never-started', reason: unclearBoot(expected.baseline, observed) };
      return { kind: 'wait', why: 'unclear' };
    case 'same-boot':
      if (isOver) return { kind: 'never-started', reason: neverStarted(unchangedForMs) };
      return { kind: 'wait', why: 'not-yet-rebooted' };
  }
}

const neverStarted = (forMs: number): Reason => ({
  code: 'REBOOT_FAILED',
  text: `the router accepted Reboot and has been up since its old boot for ${Math.round(forMs / 1_000)} s`,
});
