import type { EpochMs } from '@vecino/foundation';

/** One run of a deployment's workflow. Times are Temporal's. */
export interface Execution {
  readonly tenantId: string;
  readonly deploymentId: string;
  readonly namespace?: string;
  readonly started: EpochMs;
  /** Undefined while it runs. */
  readonly closed?: EpochMs;
  readonly how?: 'completed' | 'failed' | 'cancelled' | 'terminated' | 'timed-out';
  /** It was terminated before it got its first task, and has done nothing: its gate starts it again. */
  readonly neverRan?: boolean;
}

/** A request in the history of a gate: from then on it is safe in Temporal. */
export interface Handover {
  readonly partition: number;
  readonly offset: number;
  /** Of the signal's event, by Temporal's clock. */
  readonly at: EpochMs;
}

/** The next offset that the ingest group would read of the request topic, as it was committed at that time or before. */
export interface CommittedOffset {
  readonly at: EpochMs;
  readonly partition: number;
  readonly offset: number;
}

/** Where a tenant's canary was seen. */
export interface CanaryFinding {
  readonly canary: string;
  /** What was searched: a topic, an answer, a log, the labels of metrics. */
  readonly sink: string;
  /** The tenant whose sink it is; `shared` where those who run the platform see all tenants. */
  readonly owner: string;
  /** Enough to find it again. */
  readonly where: string;
}
