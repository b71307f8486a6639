import { assertNever, type EpochMs, type Reason } from '@vecino/foundation';
import type { Candidate } from './candidate.js';

/**
 * What keeps back a candidate that is first on its router, whatever the slots say: a maintenance window or the redundancy
 * group of its router would be further members. It also keeps back whoever stands behind it on the router.
 */
export type Holdback =
  | { readonly kind: 'not-before'; readonly until: EpochMs }
  | { readonly kind: 'version-stopped'; readonly softwareVersion: string };

export interface HoldbackRules {
  /** Software versions that start nowhere. */
  readonly stoppedVersions: ReadonlySet<string>;
}

export const NO_HOLDBACKS: HoldbackRules = { stoppedVersions: new Set() };

/** The first that applies; one that only an operator ends comes before one that time ends. */
export function holdbackOf(candidate: Candidate, now: EpochMs, rules: HoldbackRules): Holdback | undefined {
  const { softwareVersion, notBefore } = candidate;
  if (rules.stoppedVersions.has(softwareVersion)) return { kind: 'version-stopped', softwareVersion };
  if (notBefore !== undefined && notBefore > now) return { kind: 'not-before', until: notBefore };
  return undefined;
}

/** When it ends by itself, where that is known. */
export function endOf(holdback: Holdback): EpochMs | undefined {
  switch (holdback.kind) {
    case 'not-before':
      return holdback.until;
    case 'version-stopped':
      return undefined;
    default:
      return assertNever(holdback);
  }
}

export function reasonOf(holdback: Holdback): Reason {
  switch (holdback.kind) {
    case 'not-before':
      return {
        code: 'NOT_BEFORE',
        text: `it may not start before ${new Date(holdback.until).toISOString()}`,
      };
    case 'version-stopped':
      return {
        code: 'VERSION_STOPPED',
        text: `software version ${holdback.softwareVersion} is stopped everywhere; it starts when that is lifted`,
      };
    default:
      return assertNever(holdback);
  }
}
