import { type AvroRecord } from './avro-schema.js';
import { createAvroCodec, type PayloadResult } from './avro-codec.js';
import { framed, frameOf, SINGLE_OBJECT } from './framing.js';
import {
  PLATFORM_RECORD_SCHEMA,
  type PlatformRecord,
  type PlatformRecordInit,
} from './gen/platform-record.js';
import { RELEASED_SCHEMAS } from './gen/released-schemas.js';
import { TENANT_RECORD_SCHEMA, type TenantRecord, type TenantRecordInit } from './gen/tenant-record.js';
import { MAX_RECORD_BYTES } from './record-decoder.js';
import { createWriterSchemas } from './writer-schemas.js';

/** Key of the platform's own record on `tenants`; never a tenant's id. */
export const PLATFORM_RECORD_KEY = '_platform';

/** Reads and writes the records of `tenants`: Avro in single-object encoding. */
export interface RegistryRecordCodec<T, Init> {
  /** Throws for a value that the schema does not allow: a programmer error. */
  encode(record: Init): Buffer;
  /** Never throws for what the bytes hold. */
  decode(value: Buffer): PayloadResult<T>;
}

export const createTenantRecordCodec = (): RegistryRecordCodec<TenantRecord, TenantRecordInit> =>
  createRegistryRecordCodec(TENANT_RECORD_SCHEMA);

export const createPlatformRecordCodec = (): RegistryRecordCodec<PlatformRecord, PlatformRecordInit> =>
  createRegistryRecordCodec(PLATFORM_RECORD_SCHEMA);

function createRegistryRecordCodec<T, Init>(schema: AvroRecord): RegistryRecordCodec<T, Init> {
  const codec = createAvroCodec<T, Init>(schema);
  const writers = createWriterSchemas(codec, {
    known: [...RELEASED_SCHEMAS.filter(({ name }) => name === schema.name), schema],
  });
  return {
    encode: (record) => framed(codec.write(record), SINGLE_OBJECT, codec.fingerprint),
    decode(value) {
      if (value.length > MAX_RECORD_BYTES)
        return { ok: false, text: `${value.length} bytes, at most ${MAX_RECORD_BYTES} are taken` };
      const frame = frameOf(value);
      if (frame.kind !== 'single-object') return { ok: false, text: 'not in Avro single-object encoding' };
      const read = writers.byFingerprint(frame.fingerprint);
      return read === undefined
        ? { ok: false, text: 'written with a schema that is not known here' }
        : read(frame.payload);
    },
  };
}
