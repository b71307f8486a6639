import type { IntakeGrant, OwnedPartitions } from '@vecino/admission';
import type { EpochMs, TraceHeaders } from '@vecino/foundation';

export interface IntakeAsk {
  readonly tenantId: string;
  /** Read at each attempt: a change holds at once. */
  readonly limit: () => number;
  readonly wanted: number;
  /** Of the requests, for the span of whoever is asked elsewhere. */
  readonly traces?: readonly TraceHeaders[];
}

export interface IntakeAnswer extends IntakeGrant {
  /** When it was granted, by the clock of whoever granted it. */
  readonly at: EpochMs;
}

/**
 * Grants requests to tenants: in any window no more than the limit. What was granted once is counted, whether or not it
 * was used: who asks twice for the same requests, after a redelivery, has them counted twice, which errs on the safe side.
 */
export interface IntakeLimiter {
  /** Resolves once there has been an answer or a failure; never rejects. */
  start(): Promise<void>;
  /** Waits while nobody can know what was granted; rejects only when `signal` is aborted. */
  take(ask: IntakeAsk, signal: AbortSignal): Promise<IntakeAnswer>;
  /** Why nothing is granted to anybody now, as a clause for people; undefined where grants are given, also of a share. */
  fault(): string | undefined;
  /** What this replica owns now; undefined while the group is being rebalanced. */
  owns(owned: OwnedPartitions | undefined): void;
  /** The group has answered a sign of life that was sent so long ago. */
  confirmed(agoMs: number): void;
  stop(): Promise<void>;
}
