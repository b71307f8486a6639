import { ACTIVATION_IN_PROGRESS } from './classify-verify.js';
import type { RebootStatusAnswer, VerifyAnswer } from './device-outcome.js';
import { stop, type Fault } from './verdict.js';

/** What precheck read from the device before anything changed. */
export interface PrecheckReading {
  readonly verify: VerifyAnswer;
  readonly rebootStatus: RebootStatusAnswer;
}

export type PrecheckVerdict = { readonly kind: 'proceed' } | { readonly kind: 'already-running' } | Fault;

/** Whether the upgrade may begin. Refuses what would make its end unpredictable. */
export function classifyPrecheck(reading: PrecheckReading, target: string): PrecheckVerdict {
  const { verify, rebootStatus } = reading;
  const refuse = (text: string): Fault => stop('PRECHECK_REFUSED', text, 'REJECTED');
  // A pending reboot could boot the version we are about to arm, or take the target version away again.
  if (rebootStatus.active || rebootStatus.waitNs > 0n) {
    return refuse(
      `a reboot is pending on the router${rebootStatus.reason ? `: ${rebootStatus.reason}` : ''}`,
    );
  }
  if (verify.activationFailMessage === ACTIVATION_IN_PROGRESS) {
    return refuse('an activation is in progress on the router');
  }
  if (verify.version === target) return { kind: 'already-running' };
  if (verify.standby.kind === 'state' && verify.standby.state === 'UNAVAILABLE') {
    return refuse('the standby supervisor is unavailable');
  }
  return { kind: 'proceed' };
}
