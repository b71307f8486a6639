import { isUtf8 } from 'node:buffer';
import { type Clock, type Reason, type ReasonCode } from '@vecino/foundation';
import { type AvroCodec, type PayloadReader } from './avro-codec.js';
import { type AvroRecord } from './avro-schema.js';
import { frameOf } from './framing.js';
import { contentKindOf } from './media-type.js';
import { createPlainJsonReader } from './plain-json.js';
import { headerBytes, headerText, type RecordHeaders } from './record-headers.js';
import { RELEASED_SCHEMAS } from './gen/released-schemas.js';
import { type SchemaRegistryClient } from './schema-registry.js';
import { createWriterSchemas } from './writer-schemas.js';

/** Key, value and headers of one record at the most, in bytes. */
export const MAX_RECORD_BYTES = 64 * 1024;

/** What a decoder needs of a Kafka record; kafkajs's message fits. */
export interface EncodedRecord {
  readonly key?: Buffer | string | null | undefined;
  readonly value: Buffer | null;
  readonly headers?: RecordHeaders | undefined;
}

export type RecordResult<T> =
  | { readonly ok: true; readonly value: T }
  /** `readable`: what could be read of the record all the same, for the answer to its sender. Of any type and any length. */
  | { readonly ok: false; readonly reason: Reason; readonly readable: { readonly [K in keyof T]?: unknown } };

export interface RecordDecoderOptions {
  /** Needed for records in the Confluent wire format. */
  readonly registry?: SchemaRegistryClient | undefined;
  /** Schemas of single-object records to read beside the current and the released ones. */
  readonly writerSchemas?: readonly AvroRecord[];
  readonly clock?: Clock;
}

/**
 * Decodes one record: in the same tick, but for the first record of a schema id that the registry must be asked for.
 * Never throws for what a record holds; the promise fails with a `RegistryError` while the registry is away.
 */
export type RecordDecoder<T> = (record: EncodedRecord) => RecordResult<T> | Promise<RecordResult<T>>;

export function createRecordDecoder<T extends object, Init>(
  schema: AvroRecord,
  codec: AvroCodec<T, Init>,
  options: RecordDecoderOptions = {},
): RecordDecoder<T> {
  const released = RELEASED_SCHEMAS.filter(({ name }) => name === schema.name);
  const writers = createWriterSchemas(codec, {
    known: [...released, ...(options.writerSchemas ?? []), schema],
    registry: options.registry,
    clock: options.clock,
  });
  const readJson = createPlainJsonReader<T>(schema);

  function decodeJson(value: Buffer): RecordResult<T> {
    if (!isUtf8(value)) return refused('MALFORMED', 'the value is not UTF-8 text');
    let json: unknown;
    try {
      json = JSON.parse(value.toString('utf8'));
    } catch {
      return refused('MALFORMED', 'the value is not JSON, though its content type says so');
    }
    const result = readJson(json);
    if (result.ok) return result;
    const readable = typeof json === 'object' && json !== null ? json : {};
    return refused(result.field === '' ? 'MALFORMED' : 'INVALID_FIELD', result.text, readable);
  }

  function decodeAvro(value: Buffer): RecordResult<T> | Promise<RecordResult<T>> {
    const frame = frameOf(value);
    switch (frame.kind) {
      case 'single-object': {
        const what = `the schema with CRC-64-AVRO fingerprint ${frame.fingerprint.toString(16).padStart(16, '0')}: not known here`;
        return readPayload(writers.byFingerprint(frame.fingerprint), frame.payload, what);
      }
      case 'confluent': {
        const why = options.registry === undefined ? 'there is no schema registry here' : 'not usable here';
        const what = `the schema id ${frame.schemaId}: ${why}`;
        const reader = writers.byId(frame.schemaId);
        return reader instanceof Promise
          ? reader.then((found) => readPayload(found, frame.payload, what))
          : readPayload(reader, frame.payload, what);
      }
      case 'unframed':
        return refused('MALFORMED', unframedText(value));
    }
  }

  function decodeValue(record: EncodedRecord, value: Buffer): RecordResult<T> | Promise<RecordResult<T>> {
    const contentType = record.headers && headerText(record.headers, 'content-type');
    switch (contentKindOf(contentType)) {
      case 'json':
        return decodeJson(value);
      case 'cloudevents-structured':
        return refused('MALFORMED', 'CloudEvents are read in binary mode only: attributes as ce_ headers');
      case 'avro':
      case 'unsaid':
        return decodeAvro(value);
    }
  }

  return (record) => {
    if (record.value === null || record.value.length === 0) {
      return refused('EMPTY_VALUE', 'the record has no value');
    }
    const result = decodeValue(record, record.value);
    const bytes = sizeOf(record, record.value);
    if (bytes <= MAX_RECORD_BYTES) return result;
    return result instanceof Promise ? result.then((one) => oversize(one, bytes)) : oversize(result, bytes);
  };
}

/** An oversize record is decoded all the same, so that a tenant that can be read from it hears of it. */
function oversize<T extends object>(result: RecordResult<T>, bytes: number): RecordResult<T> {
  const text = `the record has ${bytes} bytes, at most ${MAX_RECORD_BYTES} are taken`;
  return refused('OVERSIZE', text, result.ok ? result.value : result.readable);
}

function sizeOf({ key, headers }: EncodedRecord, value: Buffer): number {
  const keyBytes = key === null || key === undefined ? 0 : Buffer.byteLength(key);
  return keyBytes + value.length + (headers === undefined ? 0 : headerBytes(headers));
}

function readPayload<T extends object>(
  read: PayloadReader<T> | undefined,
  payload: Buffer,
  what: string,
): RecordResult<T> {
  if (read === undefined) return refused('UNKNOWN_SCHEMA', `the record names ${what}`);
  const result = read(payload);
  return result.ok
    ? result
    : refused('MALFORMED', `the value is no Avro record: ${result.text}`, result.value);
}

function unframedText(value: Buffer): string {
  const start = value.subarray(0, 8).toString('hex');
  const hint = value[0] === 0x7b ? '; JSON needs the header content-type: application/json' : '';
  return `the value starts with ${start}: neither Avro single-object encoding nor the Confluent wire format${hint}`;
}

const refused = <T>(code: ReasonCode, text: string, readable: object = {}): RecordResult<T> => ({
  ok: false,
  reason: { code, text },
  readable,
});
