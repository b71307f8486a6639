import type Decoder from 'kafkajs/src/protocol/decoder.js';
import Encoder from 'kafkajs/src/protocol/encoder.js';

/**
 * Kafka's headers are a list; kafkajs reads them into an object by name and writes them from one. What an object cannot say
 * is remembered of the values: that one is missing, which is not the same as empty, and where it stood in the list. So
 * headers that are handed on are written as they were read, whoever copies the object meanwhile.
 */

interface DecodedHeader {
  readonly key: string;
  readonly value: Buffer | null;
}
type HeadersByName = Record<string, Buffer | Buffer[]>;

/** Stand for headers without a value. */
const missing = new WeakSet<Buffer>();
/** Only of headers whose order their object does not tell. */
const places = new WeakMap<Buffer, number>();

function missingValue(): Buffer {
  const value = Buffer.alloc(0);
  missing.add(value);
  return value;
}
/** The one of all headers whose order their object tells. */
const MISSING = missingValue();

/**
 * Instead of `Decoder.readVarIntArray`, with which kafkajs reads headers only, and folds the result with `reduce`: in
 * quadratic time, so that one record with thousands of headers held a consumer for seconds, and taking a header called
 * `constructor` for a repeated one.
 */
export function readCollectableArray<T>(this: Decoder, reader: (decoder: Decoder) => T): T[] {
  const length = this.readVarInt();
  const items = new HeaderList();
  for (let i = 0; i < length; i++) items.push(reader(this) as DecodedHeader);
  return items as unknown as T[];
}

class HeaderList extends Array<DecodedHeader> {
  override reduce(): never {
    return collectHeaders(this) as never;
  }
}

/** Headers by name in the order in which the names first appear; a repeated name holds all its values in order. */
function collectHeaders(headers: readonly DecodedHeader[]): HeadersByName {
  const byName: HeadersByName = Object.create(null) as HeadersByName;
  let tellsOrder = true;
  let last: string | undefined;
  for (const { key, value } of headers) {
    // An object has names that look like numbers in front, and the values of a repeated name together.
    if (isDigit(key.charCodeAt(0)) || (key !== last && byName[key] !== undefined)) tellsOrder = false;
    last = key;
    put(byName, key, value ?? MISSING);
  }
  return tellsOrder ? byName : collectWithPlaces(headers);
}

function collectWithPlaces(headers: readonly DecodedHeader[]): HeadersByName {
  const byName: HeadersByName = Object.create(null) as HeadersByName;
  headers.forEach(({ key, value: read }, place) => {
    const value = read ?? missingValue();
    places.set(value, place);
    put(byName, key, value);
  });
  return byName;
}

function put(byName: HeadersByName, name: string, value: Buffer): void {
  const seen = byName[name];
  if (seen === undefined) byName[name] = value;
  else if (Array.isArray(seen)) seen.push(value);
  else byName[name] = [seen, value];
}

const isDigit = (character: number): boolean => character >= 0x30 && character <= 0x39;

/** An encoder of one header, after its value has been written. */
interface HeaderEncoder extends Encoder {
  place?: number;
}

/** Makes kafkajs write missing values as missing, and headers that were read in the order in which they stood, before all others. */
export function writeHeadersInPlace(): void {
  const { writeVarIntBytes, writeVarIntArray } = Encoder.prototype;
  Encoder.prototype.writeVarIntBytes = function (this: HeaderEncoder, value) {
    if (!Buffer.isBuffer(value)) return writeVarIntBytes.call(this, value) as HeaderEncoder;
    const place = places.get(value);
    if (place !== undefined) this.place = place;
    return writeVarIntBytes.call(this, missing.has(value) ? null : value) as HeaderEncoder;
  };
  Encoder.prototype.writeVarIntArray = function (this: Encoder, headers: readonly HeaderEncoder[]) {
    const isInPlace = headers.every(({ place }) => place === undefined);
    return writeVarIntArray.call(this, isInPlace ? headers : headers.toSorted(byPlace)) as Encoder;
  };
}

const byPlace = (a: HeaderEncoder, b: HeaderEncoder): number =>
  (a.place ?? Infinity) === (b.place ?? Infinity) ? 0 : (a.place ?? Infinity) - (b.place ?? Infinity);
