import { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import { type Codec, CODEC_NUMBERS, compressed } from './compression.js';
import { crc32c } from './crc32c.js';
import { decodeRecord, encodeRecord, type RawRecord } from './raw-record.js';

export interface StoredRecord extends RawRecord {
  readonly partition: number;
  readonly offset: number;
  /** Of the append, in epoch milliseconds. */
  readonly timestamp: number;
}

/** What is wrong with a batch on purpose. */
export interface BatchDamage {
  /** Applied to the records after compression; the checksum is right all the same. */
  readonly records?: (bytes: Buffer) => Buffer;
  readonly wrongChecksum?: boolean;
  /** What the batch says of its number of records. */
  readonly count?: number;
}

const NO_PRODUCER = -1;
const MAGIC = 2;
const CODEC_MASK = 0x07;
const LOG_APPEND_TIME = 0x08;
const CONTROL = 0x20;
/** Base offset and length, which the length does not count. */
const OVERHEAD_BYTES = 12;

/** One batch of format 2, of a producer that is not idempotent. */
export function encodeBatch(records: readonly RawRecord[], codec: Codec, damage: BatchDamage = {}): Buffer {
  const packed = compressed(codec, Buffer.concat(records.map(encodeRecord)));
  const now = Date.now();
  const checked = new ByteWriter()
    .int16(CODEC_NUMBERS[codec])
    .int32((damage.count ?? records.length) - 1)
    .int64(now)
    .int64(now)
    .int64(NO_PRODUCER)
    .int16(NO_PRODUCER)
    .int32(NO_PRODUCER)
    .int32(damage.count ?? records.length)
    .raw(damage.records?.(packed) ?? packed).buffer;
  const checksum = crc32c(checked) ^ (damage.wrongChecksum === true ? 1 : 0);
  const body = new ByteWriter()
    .int32(-1)
    .int8(MAGIC)
    .uint32(checksum >>> 0)
    .raw(checked).buffer;
  return new ByteWriter().int64(0).bytes(body).buffer;
}

/** Where the broker has rewritten what came compressed. The last batch may be cut off: it is left for the next answer. */
export function decodeBatches(bytes: Buffer, partition: number): { records: StoredRecord[]; next?: number } {
  const reader = new ByteReader(bytes);
  const records: StoredRecord[] = [];
  let next: number | undefined;
  while (reader.left >= OVERHEAD_BYTES) {
    const baseOffset = reader.int64();
    const length = reader.int32();
    if (length > reader.left) break;
    const batch = decodeBatch(new ByteReader(reader.raw(length)), baseOffset, partition);
    records.push(...batch.records);
    next = batch.next;
  }
  return { records, ...(next !== undefined && { next }) };
}

function decodeBatch(batch: ByteReader, baseOffset: number, partition: number) {
  batch.int32();
  const magic = batch.int8();
  batch.int32();
  const attributes = batch.int16();
  if (magic !== MAGIC || (attributes & CODEC_MASK) !== 0) throw new Error('a batch of another format');
  const next = baseOffset + batch.int32() + 1;
  const firstTimestamp = batch.int64();
  const maxTimestamp = batch.int64();
  batch.raw(14);
  const timestamp = (attributes & LOG_APPEND_TIME) === 0 ? firstTimestamp : maxTimestamp;
  const count = batch.int32();
  if ((attributes & CONTROL) !== 0) return { records: [], next };
  const records = Array.from({ length: count }, () => {
    const { offsetDelta, ...record } = decodeRecord(batch);
    return { ...record, partition, offset: baseOffset + offsetDelta, timestamp };
  });
  return { records, next };
}
