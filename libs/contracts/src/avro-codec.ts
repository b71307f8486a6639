import { Type } from 'avsc';
import { errorText } from '@vecino/foundation';
import { type AvroRecord, type AvroSchema } from './avro-schema.js';
import { boundsCheckOf } from './avro-bounds.js';
import { fingerprintOfSchema } from './rabin-fingerprint.js';

export type PayloadResult<T> =
  | { readonly ok: true; readonly value: T }
  /** `value` is there when the bytes hold a whole record and something after it. */
  | { readonly ok: false; readonly text: string; readonly value?: T };

/** Reads a payload that was written with one certain schema. Never throws. */
export type PayloadReader<T> = (payload: Buffer) => PayloadResult<T>;

/** Writes and reads Avro payloads (without framing) of one record type. */
export interface AvroCodec<T, Init = T> {
  /** CRC-64-AVRO of the schema with which `write` writes. */
  readonly fingerprint: bigint;
  /** Fields with a default may be left out. Throws for a value that the schema does not allow: a programmer error. */
  write(value: Init): Buffer;
  /** Reads what `write` wrote. */
  read(payload: Buffer): T;
  /** The reader for payloads written with `schema`; undefined where the two schemas cannot be reconciled. */
  readerFor(schema: AvroSchema): PayloadReader<T> | undefined;
}

export function createAvroCodec<T, Init = T>(schema: AvroRecord): AvroCodec<T, Init> {
  const type = Type.forSchema(schema as never, { omitRecordMethods: true });
  const fingerprint = fingerprintOfSchema(schema);
  return {
    fingerprint,
    write: (value) => type.toBuffer(value),
    read: (payload) => type.fromBuffer(payload) as T,
    readerFor(writer) {
      try {
        const writerType = Type.forSchema(writer as never, { omitRecordMethods: true });
        const isOwn = fingerprintOfSchema(writer) === fingerprint;
        const resolver = isOwn ? undefined : type.createResolver(writerType, { ignoreNamespaces: true });
        return payloadReader<T>(type, writerType, resolver);
      } catch {
        return undefined;
      }
    },
  };
}

function payloadReader<T>(
  type: Type,
  writerType: Type,
  resolver: ReturnType<Type['createResolver']> | undefined,
): PayloadReader<T> {
  const isWithinBounds = boundsCheckOf(writerType);
  return (payload) => {
    if (!isWithinBounds(payload))
      return { ok: false, text: 'a length or a count goes beyond the end of the record' };
    try {
      const { value, offset } = type.decode(payload, 0, resolver) as { value: T; offset: number };
      if (offset < 0) return { ok: false, text: 'the record ends too early' };
      if (offset < payload.length) {
        return { ok: false, text: `${payload.length - offset} bytes follow the record`, value };
      }
      return { ok: true, value };
    } catch (fault) {
      return { ok: false, text: errorText(fault) };
    }
  };
}
