import { classifyCallFault, mayHaveHappened } from './classify-call.js';
import type { RebootOutcome } from './device-outcome.js';
import { retry, type Fault } from './verdict.js';

export type RebootVerdict =
  | { readonly kind: 'sent' }
  /** No reply, or none that proves anything: the router may be about to reboot. */
  | { readonly kind: 'maybe-sent'; readonly text: string }
  | Fault;

/** Reads how sending Reboot ended. */
export function classifyReboot(outcome: RebootOutcome): RebootVerdict {
  switch (outcome.kind) {
    case 'answer':
      return { kind: 'sent' };
    case 'identity-mismatch':
      return classifyCallFault('Reboot', outcome, 'REBOOT_FAILED');
    case 'rpc-error': {
      const text = `Reboot ended with ${outcome.code}: ${outcome.message}`;
      if (mayHaveHappened(outcome.code)) return { kind: 'maybe-sent', text };
      // Most likely a reboot that is pending already: the next look at the device tells.
      if (outcome.code === 'FAILED_PRECONDITION' || outcome.code === 'RESOURCE_EXHAUSTED') {
        return retry('REBOOT_FAILED', text);
      }
      return classifyCallFault('Reboot', outcome, 'REBOOT_FAILED');
    }
  }
}
