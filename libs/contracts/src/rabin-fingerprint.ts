import { type AvroSchema } from './avro-schema.js';
import { formWithLogicalTypes, parsingCanonicalForm } from './canonical-form.js';

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

/** The schema's fingerprint, as single-object encoding has it. */
export const fingerprintOfSchema = (schema: AvroSchema): bigint => fingerprint(parsingCanonicalForm(schema));

/** Every fingerprint under which other libraries may write records of the schema; the right one first. */
export const fingerprintsOfSchema = (schema: AvroSchema): readonly bigint[] => [
  fingerprintOfSchema(schema),
  fingerprint(formWithLogicalTypes(schema)),
];

const fingerprint = (form: string): bigint => rabinFingerprint(Buffer.from(form, 'utf8'));
