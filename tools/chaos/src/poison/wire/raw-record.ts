import { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';

/** In Kafka headers are a list: names repeat, the order counts, and a value may be missing. */
export interface RawHeader {
  readonly name: Buffer;
  readonly value: Buffer | null;
}

/** A record as it lies in Kafka, byte for byte. */
export interface RawRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RawHeader[];
}

export const header = (name: string | Buffer, value: string | Buffer | null): RawHeader => ({
  name: Buffer.from(name),
  value: value === null ? null : Buffer.from(value),
});

/**
 *     record = length:varint attributes:int8 timestampDelta:varlong offsetDelta:varint key value headers
 */
export function encodeRecord(record: RawRecord, offsetDelta: number): Buffer {
  const body = new ByteWriter().int8(0).varint(0).varint(offsetDelta);
  body.raw(contentOf(record));
  return new ByteWriter().varbytes(body.buffer).buffer;
}

/** Key, value and headers as they lie in the record. */
export function contentOf({ key, value, headers }: RawRecord): Buffer {
  const content = new ByteWriter().varbytes(key).varbytes(value).varint(headers.length);
  for (const { name, value: of } of headers) content.varbytes(name).varbytes(of);
  return content.buffer;
}

export function decodeRecord(bytes: ByteReader): RawRecord & { readonly offsetDelta: number } {
  const body = new ByteReader(bytes.raw(bytes.varint()));
  body.int8();
  body.skipVarlong();
  const offsetDelta = body.varint();
  const key = body.varbytes();
  const value = body.varbytes();
  const headers = Array.from({ length: body.varint() }, () => ({
    name: body.raw(body.varint()),
    value: body.varbytes(),
  }));
  return { offsetDelta, key, value, headers };
}
