const FIRST_BYTES = 1_024;

/** Bytes one after another, in the notations of Kafka's protocol: big endian, lengths before what they count. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  get buffer(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  int8(value: number): this {
    const at = this.#room(1);
    this.#bytes.writeInt8(value, at);
    return this;
  }

  int16(value: number): this {
    const at = this.#room(2);
    this.#bytes.writeInt16BE(value, at);
    return this;
  }

  int32(value: number): this {
    const at = this.#room(4);
    this.#bytes.writeInt32BE(value, at);
    return this;
  }

  uint32(value: number): this {
    const at = this.#room(4);
    this.#bytes.writeUInt32BE(value, at);
    return this;
  }

  int64(value: number): this {
    const at = this.#room(8);
    this.#bytes.writeBigInt64BE(BigInt(value), at);
    return this;
  }

  raw(bytes: Buffer): this {
    const at = this.#room(bytes.length);
    bytes.copy(this.#bytes, at);
    return this;
  }

  /** With a length of 32 bits. */
  bytes(bytes: Buffer): this {
    return this.int32(bytes.length).raw(bytes);
  }

  /** With a length of 16 bits; null is the length -1. */
  string(text: string | null): this {
    if (text === null) return this.int16(-1);
    const bytes = Buffer.from(text);
    return this.int16(bytes.length).raw(bytes);
  }

  /** Zigzag, of at most 32 bits. */
  varint(value: number): this {
    let rest = ((value << 1) ^ (value >> 31)) >>> 0;
    while (rest > 0x7f) {
      this.#uint8((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    return this.#uint8(rest);
  }

  /** With a varint before it; null is the length -1. */
  varbytes(bytes: Buffer | null): this {
    return bytes === null ? this.varint(-1) : this.varint(bytes.length).raw(bytes);
  }

  #uint8(value: number): this {
    // What has no room yet lies elsewhere when it has.
    const at = this.#room(1);
    this.#bytes.writeUInt8(value, at);
    return this;
  }

  /** Makes room for so many bytes and says where it is. */
  #room(bytes: number): number {
    const at = this.#length;
    this.#length += bytes;
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#length));
      this.#bytes.copy(larger, 0, 0, at);
      this.#bytes = larger;
    }
    return at;
  }
}
