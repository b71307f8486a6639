import type { EpochMs } from '@vecino/foundation';
import type { LiveLimit } from './live-limit.js';

/** What a tenant was promised. */
export interface TenantTerms {
  readonly tenantId: string;
  /** Deployments that may run at once. */
  readonly cap: LiveLimit;
  /** Requests that may be taken in any window. */
  readonly intake: LiveLimit;
  /**
   * A request of this tenant ends within so long while nothing is broken that it needs. Left out for one that asks for more than it
   * may have: how long its requests wait says nothing.
   */
  readonly promptMs?: number;
}

/** A time in which something was broken on purpose. */
export interface Disturbance {
  readonly what: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Tenants whose requests need what was broken. */
  readonly concerns: readonly string[];
  /** Whether the fault was seen to have an effect. */
  readonly effective: boolean;
  /**
   * So many requests of each tenant that was promised something, and that it does not concern, have to end meanwhile. The fault must
   * last long enough for them, and the tenant ask for as many.
   */
  readonly leastProgress: number;
  /** So long after its end all that it held up is caught up with. */
  readonly drainMs: number;
  /** Nobody could write to the dead-letter topic. */
  readonly deadLettersAway?: boolean;
}
