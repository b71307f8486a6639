import { classifyCallFault } from './classify-call.js';
import type { ActivateErrorType, ActivateOutcome } from './device-outcome.js';
import { goOn, retry, stop, type Fault, type Verdict } from './verdict.js';

/** Reads how an Activate with `no_reboot` ended. It is idempotent while the old version runs, so retries are safe. */
export function classifyActivate(outcome: ActivateOutcome): Verdict {
  switch (outcome.kind) {
    case 'activated':
      return goOn;
    case 'activate-error':
      return classifyActivateError(outcome.type, outcome.detail);
    case 'protocol-violation':
      return retry('ACTIVATE_FAILED', `the router broke the Activate protocol: ${outcome.message}`, {
        key: 'protocol-violation',
        maxTimes: 3,
      });
    case 'rpc-error':
    case 'identity-mismatch':
      return classifyCallFault('Activate', outcome, 'ACTIVATE_FAILED');
  }
}

function classifyActivateError(type: ActivateErrorType, detail: string): Fault {
  const text = `the router refused to activate with ${type}${detail ? `: ${detail}` : ''}`;
  const facts = { key: `activate:${type}`, details: { gnoi_error: type } } as const;
  switch (type) {
    case 'UNSPECIFIED':
      return retry('ACTIVATE_FAILED', text, { ...facts, maxTimes: 3 });
    case 'NON_EXISTENT_VERSION':
    case 'NOT_SUPPORTED_ON_BACKUP':
      return stop('ACTIVATE_FAILED', text, 'FAILED', facts);
  }
}
