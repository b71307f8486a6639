import { headerBytes, headerCount } from '@vecino/contracts';
import type { OutgoingRecord } from './records.js';

/** Lengths, offset and timestamp of one record in a batch, at the most. */
const RECORD_FRAMING_BYTES = 32;
/** Lengths of a header's name and value, at the most. */
const HEADER_FRAMING_BYTES = 10;

/** Bytes that the record takes in a batch, never too few: a batch that is too large is refused as a whole. */
export function recordBytes({ key, value, headers = {} }: OutgoingRecord): number {
  const size = (data: Buffer | string | null): number => (data === null ? 0 : Buffer.byteLength(data));
  const framing = RECORD_FRAMING_BYTES + HEADER_FRAMING_BYTES * headerCount(headers);
  return framing + size(key) + size(value) + headerBytes(headers);
}

/** The records in order, in parts of at most `maxBytes`; one that is larger goes alone. */
export function partsWithin(maxBytes: number, records: readonly OutgoingRecord[]): OutgoingRecord[][] {
  const parts: OutgoingRecord[][] = [];
  let bytes = Infinity;
  for (const record of records) {
    const more = recordBytes(record);
    if (bytes + more > maxBytes) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(record);
    bytes += more;
  }
  return parts;
}
