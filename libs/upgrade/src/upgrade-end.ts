import type { ReasonCode } from '@vecino/foundation';

/** Whether a router that ended its upgrade for this reason goes back to its old version, where its tenant wants that. */
export function rollsBack(code: ReasonCode): boolean {
  return code === 'VERIFY_FAILED' || code === 'POSTCHECK_FAILED';
}

/** What is known of a router that was to be rebooted, and what is left to do before it is let go. */
export type Aftermath =
  /** It runs the new version, which is also what boots next. */
  | 'known'
  /** It runs the old version, and may still be told to boot the new one. */
  | 'to-be-set-back'
  | 'unknown';

/**
 * What a failure after the point of no return says about its router. `activateReboots`: it has no Activate without a reboot, so
 * that trying to set it back says only that its state is not known.
 */
export function aftermathOf(code: ReasonCode, activateReboots: boolean): Aftermath {
  if (code === 'POSTCHECK_FAILED') return 'known';
  // Where nothing can be set back, its own word that it went back has to do.
  if (code === 'FELL_BACK') return activateReboots ? 'known' : 'to-be-set-back';
  return code === 'REBOOT_FAILED' ? 'to-be-set-back' : 'unknown';
}
