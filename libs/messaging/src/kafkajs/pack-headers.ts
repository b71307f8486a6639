import type { HeaderValue } from '@vecino/contracts';
import Encoder from 'kafkajs/src/protocol/encoder.js';
import { encodeHeaders, sizeOfVarInt } from './header-list.js';

/** The list of headers for which a header's value stands. */
const packed = new WeakMap<Buffer, Buffer>();

/**
 * One header that kafkajs takes for as many bytes as all of them have, and that `writePackedHeaders` makes it write as
 * what they are. By itself it would write each header into half a kilobyte of its own: a record with hundreds of thousands of
 * them took it seconds, and was never written in time.
 */
export function packHeaders(headers: Readonly<Record<string, HeaderValue>>): Record<string, Buffer> {
  const list = encodeHeaders(headers);
  if (list.length === 1) return {};
  for (const name of ['', 'x'])
    for (let size = 1; size <= MAX_VARINT_BYTES; size += 1) {
      const length = list.length - COUNT_BYTES - NAME_LENGTH_BYTES - name.length - size;
      if (length < 0 || sizeOfVarInt(length) !== size) continue;
      const value = list.subarray(0, length);
      packed.set(value, list);
      return { [name]: value };
    }
  throw new Error(`no header has ${list.length} bytes`);
}

/** Of the number of headers, and of a name's length, where that is 0 or 1. */
const COUNT_BYTES = 1;
const NAME_LENGTH_BYTES = 1;
const MAX_VARINT_BYTES = 5;

/** An encoder of one header, after its value has been written. */
interface HeaderEncoder extends Encoder {
  packed?: Buffer;
}

export function writePackedHeaders(): void {
  const { writeVarIntBytes, writeVarIntArray } = Encoder.prototype;
  Encoder.prototype.writeVarIntBytes = function (this: HeaderEncoder, value) {
    const list = Buffer.isBuffer(value) ? packed.get(value) : undefined;
    if (list === undefined) return writeVarIntBytes.call(this, value);
    this.packed = list;
    return this;
  };
  Encoder.prototype.writeVarIntArray = function (this: Encoder, headers: readonly HeaderEncoder[]) {
    const list = headers[0]?.packed;
    return list === undefined ? writeVarIntArray.call(this, headers) : this.writeBuffer(list);
  };
}
