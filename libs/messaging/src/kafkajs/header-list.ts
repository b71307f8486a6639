import type { HeaderValue } from '@vecino/contracts';
import type Decoder from 'kafkajs/src/protocol/decoder.js';

/**
 * Kafka's headers are a list; kafkajs has them in an object by name. What an object cannot say is remembered of the values:
 * that one is missing, which is not the same as empty, where it stood in the list, and the bytes of a name that is no text.
 * So headers that are handed on are written as they were read, whoever copies the object meanwhile.
 */

type HeadersByName = Record<string, Buffer | Buffer[]>;

interface ReadHeader {
  readonly key: string;
  readonly name: Buffer;
  readonly value: Buffer | null;
}

interface Origin {
  readonly place: number;
  readonly name: Buffer;
}

/** Stand for headers without a value. */
const missing = new WeakSet<Buffer>();
/** Of the values of lists that their object does not tell. */
const origins = new WeakMap<Buffer, Origin>();

function missingValue(): Buffer {
  const value = Buffer.alloc(0);
  missing.add(value);
  return value;
}
/** The one of all lists that their object tells. */
const MISSING = missingValue();
const NO_BYTES = Buffer.alloc(0);
const REPLACEMENT_CHARACTER = '\ufffd';

/** Reads the list that stands at the decoder's place. */
export function readHeaders(decoder: Decoder): HeadersByName {
  const headers = Array.from({ length: decoder.readVarInt() }, (): ReadHeader => {
    const name = decoder.readVarIntBytes() ?? NO_BYTES;
    return { key: name.toString(), name, value: decoder.readVarIntBytes() };
  });
  return collect(headers) ?? collectWithOrigins(headers);
}

/** Headers by name in the order in which the names first appear; undefined where such an object does not tell all. */
function collect(headers: readonly ReadHeader[]): HeadersByName | undefined {
  const byName: HeadersByName = Object.create(null) as HeadersByName;
  let last: string | undefined;
  for (const { key, value } of headers) {
    // An object has names that look like numbers in front, and the values of a repeated name together.
    if (isDigit(key.charCodeAt(0)) || (key !== last && byName[key] !== undefined)) return undefined;
    if (key.includes(REPLACEMENT_CHARACTER)) return undefined;
    put(byName, key, value ?? MISSING);
    last = key;
  }
  return byName;
}

function collectWithOrigins(headers: readonly ReadHeader[]): HeadersByName {
  const byName: HeadersByName = Object.create(null) as HeadersByName;
  headers.forEach(({ key, name, value: read }, place) => {
    const value = read ?? missingValue();
    origins.set(value, { place, name });
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

interface Header {
  readonly place: number;
  readonly name: Buffer;
  readonly value: Buffer | null;
}

/** The list as it lies in a record. What was read comes first, in its old order. */
export function encodeHeaders(headers: Readonly<Record<string, HeaderValue>>): Buffer {
  const list = listOf(headers);
  const length = list.reduce((sum, header) => sum + lengthOf(header), sizeOfVarInt(list.length));
  const bytes = Buffer.allocUnsafe(length);
  let at = writeVarInt(bytes, 0, list.length);
  for (const { name, value } of list) {
    at = writeVarInt(bytes, at, name.length);
    at += name.copy(bytes, at);
    at = writeVarInt(bytes, at, value === null ? -1 : value.length);
    if (value !== null) at += value.copy(bytes, at);
  }
  return bytes;
}

function listOf(headers: Readonly<Record<string, HeaderValue>>): Header[] {
  const list: Header[] = [];
  let isInPlace = true;
  for (const [key, values] of Object.entries(headers)) {
    const written = Buffer.from(key);
    for (const one of Array.isArray(values) ? values : [values]) {
      const value = typeof one === 'string' ? Buffer.from(one) : one;
      const { place, name } = origins.get(value) ?? { place: Infinity, name: written };
      if (place !== Infinity) isInPlace = false;
      list.push({ place, name, value: missing.has(value) ? null : value });
    }
  }
  return isInPlace ? list : list.sort((a, b) => (a.place === b.place ? 0 : a.place - b.place));
}

const lengthOf = ({ name, value }: Header): number =>
  sizeOfVarInt(name.length) + name.length + sizeOfVarInt(value?.length ?? -1) + (value?.length ?? 0);

const zigzag = (value: number): number => ((value << 1) ^ (value >> 31)) >>> 0;

/** Bytes of a number as Kafka writes it: 1 for -64 to 63. */
export function sizeOfVarInt(value: number): number {
  let size = 1;
  for (let rest = zigzag(value); rest > 0x7f; rest >>>= 7) size += 1;
  return size;
}

function writeVarInt(bytes: Buffer, at: number, value: number): number {
  let rest = zigzag(value);
  for (; rest > 0x7f; rest >>>= 7) at = bytes.writeUInt8((rest & 0x7f) | 0x80, at);
  return bytes.writeUInt8(rest, at);
}
