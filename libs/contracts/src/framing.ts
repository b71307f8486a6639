/** How the bytes of an Avro value name the schema they were written with. */
export type Framing =
  | { readonly kind: 'single-object' }
  /** Confluent wire format; `schemaId` as the schema registry gave it. */
  | { readonly kind: 'confluent'; readonly schemaId: number };

/** How a request is written: Avro in either framing, or JSON. */
export type RequestFraming = Framing | { readonly kind: 'json' };

export const SINGLE_OBJECT: Framing = { kind: 'single-object' };

/** Bytes before the payload. */
export const SINGLE_OBJECT_HEADER_BYTES = 10;
export const CONFLUENT_HEADER_BYTES = 5;

const CONFLUENT_MAGIC = 0x00;
const SINGLE_OBJECT_MAGIC = [0xc3, 0x01] as const;

/** What the first bytes of a value say. */
export type Frame =
  /** `C3 01`, then CRC-64-AVRO of the writer's schema, little endian, then the payload. */
  | { readonly kind: 'single-object'; readonly fingerprint: bigint; readonly payload: Buffer }
  /** `00`, then the schema's id as four bytes, big endian, then the payload. */
  | { readonly kind: 'confluent'; readonly schemaId: number; readonly payload: Buffer }
  | { readonly kind: 'unframed' };

export function frameOf(value: Buffer): Frame {
  if (
    value.length >= SINGLE_OBJECT_HEADER_BYTES &&
    value[0] === SINGLE_OBJECT_MAGIC[0] &&
    value[1] === SINGLE_OBJECT_MAGIC[1]
  ) {
    return {
      kind: 'single-object',
      fingerprint: value.readBigUInt64LE(2),
      payload: value.subarray(SINGLE_OBJECT_HEADER_BYTES),
    };
  }
  if (value.length >= CONFLUENT_HEADER_BYTES && value[0] === CONFLUENT_MAGIC) {
    return {
      kind: 'confluent',
      schemaId: value.readUInt32BE(1),
      payload: value.subarray(CONFLUENT_HEADER_BYTES),
    };
  }
  return { kind: 'unframed' };
}

/** Puts the header of the framing before a payload that was written with the schema of `fingerprint`. */
export function framed(payload: Buffer, framing: Framing, fingerprint: bigint): Buffer {
  switch (framing.kind) {
    case 'single-object': {
      const value = Buffer.allocUnsafe(SINGLE_OBJECT_HEADER_BYTES + payload.length);
      value.set(SINGLE_OBJECT_MAGIC);
      value.writeBigUInt64LE(fingerprint, 2);
      payload.copy(value, SINGLE_OBJECT_HEADER_BYTES);
      return value;
    }
    case 'confluent': {
      const value = Buffer.allocUnsafe(CONFLUENT_HEADER_BYTES + payload.length);
      value[0] = CONFLUENT_MAGIC;
      value.writeUInt32BE(framing.schemaId, 1);
      payload.copy(value, CONFLUENT_HEADER_BYTES);
      return value;
    }
  }
}
