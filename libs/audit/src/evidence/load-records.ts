import type { EpochMs, ReasonCode } from '@vecino/foundation';

/** One request as the load generator sent it. */
export interface LedgerEntry {
  readonly tenantId: string;
  readonly routerId: string;
  readonly routerIp: string;
  readonly softwareVersion: string;
  /** Undefined where it brings no id of its own. */
  readonly requestId?: string;
  /** Random text in its payload that is in no other one's. */
  readonly canary?: string;
  readonly sentAt: EpochMs;
  /**
   * `ok`: Kafka confirmed it. `fail`: it said no. `unknown`: nobody heard. Only an `ok` must be on the topic; what is there counts as
   * accepted, whatever the generator heard.
   */
  readonly outcome: 'ok' | 'fail' | 'unknown';
  /** Where Kafka said that it put it. */
  readonly at?: { readonly partition: number; readonly offset: number };
  /** Of key, value and headers as sent: finds the record where nobody knows its place. */
  readonly digest: string;
  /** Reasons that its terminal, or its dead letter, may give; any where it is left out. */
  readonly mayEnd?: readonly ReasonCode[];
}

/** What an ingest logged when it granted requests to a tenant; `at` by the clock of whoever granted. */
export interface Grant {
  readonly tenantId: string;
  readonly granted: number;
  readonly at: EpochMs;
}
