import type { EpochMs } from '@vecino/foundation';

/**
 * What may become of a record, by what it holds and by what the registry held while it was on its way. `taken`: a deployment with a
 * terminal. `refused`: the record is at fault and its tenant known: `REJECTED`, and a dead letter. `undeliverable`: nobody is there to be
 * told: a dead letter alone.
 */
export type Fate = 'taken' | 'refused' | 'undeliverable';

/** One record of the request topic. */
export interface RequestRecord {
  readonly partition: number;
  readonly offset: number;
  /** The broker's append time. */
  readonly timestamp: EpochMs;
  /** As the record says it, as far as it can be read. */
  readonly tenantId: string;
  /** Its `request_id`, or the id that follows from its place. */
  readonly deploymentId: string;
  readonly routerId: string;
  readonly routerIp: string;
  readonly softwareVersion: string;
  /** Digest of what it asks for: equal for a repeated request, another for a reused id. */
  readonly content: string;
  /** Of key, value and headers. */
  readonly digest: string;
  /** More than one where the registry changed meanwhile. */
  readonly fates: readonly Fate[];
}

/** One record of the dead-letter topic. */
export interface DeadLetterRecord {
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: EpochMs;
  /** Reason, as its headers give it. */
  readonly code: string;
  /** Where the record lay, as its headers give it. */
  readonly original: { readonly topic: string; readonly partition: number; readonly offset: number };
  /**
   * Whether each is, byte for byte, what the record at that place has; of the headers without `__connect.errors.*`, which name the
   * reason and may not be inherited.
   */
  readonly equal: { readonly key: boolean; readonly value: boolean; readonly headers: boolean };
}

/** One record of a status topic. */
export interface StatusRecord {
  /** The tenant whose topic it is. */
  readonly owner: string;
  /** Of the topic's one partition. */
  readonly offset: number;
  readonly timestamp: EpochMs;
  readonly status: DecodedStatus;
}

/** A `NetworkDeploymentStatus`, as far as it is judged. */
export interface DecodedStatus {
  readonly event_id: string;
  readonly deployment_id: string;
  readonly tenant_id: string;
  readonly router_id: string;
  readonly software_version: string;
  readonly state: string;
  readonly sequence: number;
  readonly occurred_at: EpochMs;
  readonly reason: null | { readonly code: string; readonly text: string };
  readonly details: Readonly<Record<string, string>>;
}
