import { deadLetterHeaders } from '@vecino/contracts';
import type { Reason } from '@vecino/foundation';
import type { OutgoingRecord, SourceRecord } from '@vecino/messaging';

/** The record as it was, with the reason and its place in the headers. Pure. */
export function deadLetterOf(
  record: SourceRecord,
  source: { readonly topic: string; readonly partition: number },
  reason: Reason,
  dlq: string,
): OutgoingRecord {
  const { topic, partition } = source;
  const { offset, timestamp, key, value, headers } = record;
  return {
    topic: dlq,
    key,
    value,
    headers: deadLetterHeaders(headers, { ...reason, topic, partition, offset, timestamp }),
  };
}
