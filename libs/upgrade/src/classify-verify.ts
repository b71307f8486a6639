import { classifyCallFault } from './classify-call.js';
import type { Standby, VerifyAnswer, VerifyOutcome } from './device-outcome.js';
import { standbyText } from './diff-snapshots.js';
import { goOn, retry, stop, type Verdict } from './verdict.js';

/** `activation_fail_message` while the activation is still running; any other text means that the device fell back by itself. */
export const ACTIVATION_IN_PROGRESS = 'in-progress';

/** What must be true of the standby supervisor: nothing, that it is there, or that it is there and runs the version too. */
export type ExpectedStandby = 'none' | 'any' | 'same-version';

export interface VerifyExpectation {
  readonly target: string;
  /** The version that ran before. */
  readonly previous: string;
  readonly standby: ExpectedStandby;
}

/** Reads a Verify after the reboot: the target version runs on every supervisor it must, or why it does not. */
export function classifyVerify(outcome: VerifyOutcome, expected: VerifyExpectation): Verdict {
  switch (outcome.kind) {
    case 'answer': {
      const active = classifyActive(outcome, expected);
      return active.kind === 'go-on' ? classifyStandby(outcome.standby, expected) : active;
    }
    case 'rpc-error':
    case 'identity-mismatch':
      return classifyCallFault('Verify', outcome, 'VERIFY_FAILED');
  }
}

function classifyActive(answer: VerifyAnswer, { target, previous }: VerifyExpectation): Verdict {
  const { version, activationFailMessage: message } = answer;
  if (message === ACTIVATION_IN_PROGRESS) {
    return retry('VERIFY_FAILED', `the router still activates ${target}`);
  }
  if (message !== '') {
    return version === target
      ? stop('VERIFY_FAILED', `the router runs ${version} and says that its activation failed: ${message}`)
      : stop('FELL_BACK', `the router fell back to ${version}: ${message}`);
  }
  if (version === target) return goOn;
  if (version === previous) {
    return stop('FELL_BACK', `the router runs ${version} again and gives no reason`);
  }
  return stop('VERIFY_FAILED', `the router runs ${version} where ${target} was expected`);
}

/** A standby boots after the active supervisor or beside it: that it is not there yet, or not yet new, is no failure. */
function classifyStandby(standby: Standby, { target, standby: expected }: VerifyExpectation): Verdict {
  switch (expected) {
    case 'none':
      return goOn;
    case 'any':
    case 'same-version':
      break;
  }
  if (standby.kind !== 'present') {
    return retry('VERIFY_FAILED', `the standby supervisor is not back: ${standbyText(standby)}`);
  }
  const { id, version, activationFailMessage: message } = standby;
  if (message === ACTIVATION_IN_PROGRESS) {
    return retry('VERIFY_FAILED', `the standby supervisor ${id} still activates ${target}`);
  }
  if (message !== '') {
    return stop('VERIFY_FAILED', `the standby supervisor ${id} fell back to ${version}: ${message}`);
  }
  return expected === 'any' || version === target
    ? goOn
    : retry('VERIFY_FAILED', `the standby supervisor ${id} still runs ${version}`);
}
