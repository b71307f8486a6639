import type { SpanContext } from '@opentelemetry/api';
import type { HeaderValue, RecordHeaders } from '@vecino/contracts';

export interface SourceRecord {
  readonly offset: number;
  /** Milliseconds since the epoch; of the append where the topic says so. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: RecordHeaders;
}

/** Consecutive records of one partition. Never empty. */
export interface PartitionBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly SourceRecord[];
  /** Where reading goes on after this batch; not always the last record's offset plus one (markers, compaction). */
  readonly nextOffset: number;
  /** What keys, values and headers take in memory, about. */
  readonly bytes: number;
  /** Of its handling, where spans are exported. */
  readonly span?: SpanContext;
}

export interface OutgoingRecord {
  readonly topic: string;
  readonly key: Buffer | string | null;
  /** `null` is a tombstone. */
  readonly value: Buffer | string | null;
  readonly headers?: Readonly<Record<string, HeaderValue>>;
  readonly partition?: number;
}
