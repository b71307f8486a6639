import type { InstallErrorType, InstallOutcome } from './device-outcome.js';
import { classifyCallFault } from './classify-call.js';
import { goOn, retry, stop, type Fault, type Verdict } from './verdict.js';

/** Reads how an Install ended. Retries are safe: a target that already holds the image validates at once. */
export function classifyInstall(outcome: InstallOutcome): Verdict {
  switch (outcome.kind) {
    case 'validated':
      return goOn;
    case 'validated-other':
      return stop(
        'INSTALL_FAILED',
        `the router validated version ${outcome.answered} where ${outcome.asked} was asked for`,
      );
    case 'install-error':
      return classifyInstallError(outcome.type, outcome.detail);
    case 'stalled':
      return retry('INSTALL_FAILED', `the transfer made no progress for ${outcome.afterMs / 1000} s`);
    case 'source-mismatch':
      return stop(
        'IMAGE_DAMAGED',
        `the stored image has ${outcome.actual} where its manifest says ${outcome.expected}`,
      );
    case 'source-unreadable':
      return retry('INSTALL_FAILED', `the stored image could not be read: ${outcome.message}`);
    case 'protocol-violation':
      return retry('INSTALL_FAILED', `the router broke the Install protocol: ${outcome.message}`, {
        key: 'protocol-violation',
        maxTimes: 3,
      });
    case 'rpc-error':
    case 'identity-mismatch':
      return classifyCallFault('Install', outcome, 'INSTALL_FAILED');
  }
}

function classifyInstallError(type: InstallErrorType, detail: string): Fault {
  const text = `the router refused the image with ${type}${detail ? `: ${detail}` : ''}`;
  const facts = { key: `install:${type}`, details: { gnoi_error: type } } as const;
  switch (type) {
    // Another Install runs on the target, perhaps our own predecessor's: it will end. The step's policy is the limit.
    case 'INSTALL_IN_PROGRESS':
      return retry('INSTALL_FAILED', text, facts);
    case 'UNEXPECTED_SWITCHOVER':
      return retry('INSTALL_FAILED', text, { ...facts, maxTimes: 3 });
    case 'SYNC_FAIL':
      return retry('INSTALL_FAILED', text, { ...facts, maxTimes: 4 });
    // Once more: the next attempt hashes the source again before it sends.
    case 'INTEGRITY_FAIL':
      return retry('INSTALL_FAILED', text, { ...facts, maxTimes: 2 });
    case 'UNSPECIFIED':
      return retry('INSTALL_FAILED', text, { ...facts, maxTimes: 3 });
    case 'INCOMPATIBLE':
    case 'TOO_LARGE':
    case 'PARSE_FAIL':
    case 'INSTALL_RUN_PACKAGE':
    case 'NOT_SUPPORTED_ON_BACKUP':
      return stop('INSTALL_FAILED', text, 'FAILED', facts);
  }
}
