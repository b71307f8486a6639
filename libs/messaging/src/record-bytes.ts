import { headerBytes } from '@vecino/contracts';
import type { OutgoingRecord } from './records.js';

/** Lengths, offset and timestamp of one record in a batch, at the most. */
const FRAMING_BYTES = 32;

export function recordBytes({ key, value, headers }: OutgoingRecord): number {
  const size = (data: Buffer | string | null): number => (data === null ? 0 : Buffer.byteLength(data));
  const headerCount = headers ? Object.keys(headers).length : 0;
  return FRAMING_BYTES * (1 + headerCount) + size(key) + size(value) + (headers ? headerBytes(headers) : 0);
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
