import { type AvroSchema } from './avro-schema.js';
import { parsingCanonicalForm } from './canonical-form.js';

/** CRC-64-AVRO of an empty text; also its polynomial. Source: Avro specification 1.12, "Schema Fingerprints". */
const EMPTY = 0xc15d213aa4d7a795n;

const TABLE: readonly bigint[] = Array.from({ length: 256 }, (_, byte) => {
  let fingerprint = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) {
    fingerprint = (fingerprint >> 1n) ^ ((fingerprint & 1n) === 1n ? EMPTY : 0n);
  }
  return fingerprint;
});

/** CRC-64-AVRO as an unsigned number of 64 bits. For schemas, once each: not meant for a hot path. */
export function rabinFingerprint(bytes: Uint8Array): bigint {
  return bytes.reduce(
    (fingerprint, byte) => (fingerprint >> 8n) ^ (TABLE[Number((fingerprint ^ BigInt(byte)) & 0xffn)] ?? 0n),
    EMPTY,
  );
}

export const fingerprintOfSchema = (schema: AvroSchema): bigint =>
  rabinFingerprint(Buffer.from(parsingCanonicalForm(schema), 'utf8'));
