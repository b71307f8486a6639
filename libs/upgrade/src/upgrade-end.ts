import type { ReasonCode } from '@vecino/foundation';

/** Whether a router that ended its upgrade for this reason goes back to its old version, where its tenant wants that. */
export function rollsBack(code: ReasonCode): boolean {
  return code === 'VERIFY_FAILED' || code === 'POSTCHECK_FAILED';
}

/** Whether a failure after the reboot says for certain which version the router runs: the old one, or the new one. */
export function isKnownAfterReboot(code: ReasonCode): boolean {
  return code === 'FELL_BACK' || code === 'POSTCHECK_FAILED';
}
