import { classifyCallFault } from './classify-call.js';
import type { VerifyAnswer, VerifyOutcome } from './device-outcome.js';
import { goOn, retry, stop, type Verdict } from './verdict.js';

/** `activation_fail_message` while the activation is still running; any other text means that the device fell back by itself. */
export const ACTIVATION_IN_PROGRESS = 'in-progress';

export interface VerifyExpectation {
  readonly target: string;
  /** The version that ran before. */
  readonly previous: string;
}

/** Reads a Verify after the reboot: the target version runs, or why it does not. */
export function classifyVerify(outcome: VerifyOutcome, expected: VerifyExpectation): Verdict {
  switch (outcome.kind) {
    case 'answer':
      return classifyVersion(outcome, expected);
    case 'rpc-error':
    case 'identity-mismatch':
      return classifyCallFault('Verify', outcome, 'VERIFY_FAILED');
  }
}

function classifyVersion(answer: VerifyAnswer, { target, previous }: VerifyExpectation): Verdict {
  const { version, activationFailMessage: message } = answer;
  if (message === ACTIVATION_IN_PROGRESS) {
    return retry('VERIFY_FAILED', `the router still activates ${target}`);
  }
  if (message !== '') {
    return stop('FELL_BACK', `the router fell back to ${version}: ${message}`);
  }
  if (version === target) return goOn;
  if (version === previous) {
    return stop('FELL_BACK', `the router runs ${version} again and gives no reason`);
  }
  return stop('VERIFY_FAILED', `the router runs ${version} where ${target} was expected`);
}
