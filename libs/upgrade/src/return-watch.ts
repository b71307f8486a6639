import type { RebootExpectation, RebootObservation } from './reboot-guard.js';
import type { Reason } from '@vecino/foundation';

export type ReturnDecision =
  | { readonly kind: 'wait'; readonly why: 'unreachable' | 'not-yet-rebooted' }
  | { readonly kind: 'up'; readonly bootTimeNs: bigint }
  | { readonly kind: 'never-started'; readonly reason: Reason };

/** A router that has answered for this long with its old boot time and no reboot active does not reboot any more. */
export const REBOOT_NEVER_STARTED_AFTER_MS = 10 * 60_000;

/**
 * Whether the router has come back. Being reachable is not enough: only a boot time newer than the baseline's counts.
 * `unchangedForMs`: how long the router has been answering with its old boot time, without a gap.
 */
export function decideReturn(
  expected: RebootExpectation,
  observed: RebootObservation,
  unchangedForMs: number,
): ReturnDecision {
  if (observed.kind === 'unreachable') return { kind: 'wait', why: 'unreachable' };
  if (observed.bootTimeNs > expected.baselineBootTimeNs) {
    return { kind: 'up', bootTimeNs: observed.bootTimeNs };
  }
  if (!observed.rebootActive && unchangedForMs >= REBOOT_NEVER_STARTED_AFTER_MS) {
    return {
      kind: 'never-started',
      reason: {
        code: 'REBOOT_FAILED',
        text: `the router accepted Reboot and has been up with its old boot time for ${unchangedForMs / 60_000} min`,
      },
    };
  }
  return { kind: 'wait', why: 'not-yet-rebooted' };
}
