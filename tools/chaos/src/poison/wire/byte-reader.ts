/** The other direction of `ByteWriter`. Throws a RangeError beyond the end. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  int8(): number {
    return this.#bytes.readInt8(this.#pass(1));
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#pass(2));
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#pass(4));
  }

  int64(): number {
    return Number(this.#bytes.readBigInt64BE(this.#pass(8)));
  }

  raw(length: number): Buffer {
    const from = this.#pass(length);
    return this.#bytes.subarray(from, from + length);
  }

  bytes(): Buffer {
    return this.raw(Math.max(0, this.int32()));
  }

  string(): string {
    return this.raw(Math.max(0, this.int16())).toString();
  }

  /** As many as the length before them says; -1 is none. */
  array<T>(one: () => T): T[] {
    return Array.from({ length: Math.max(0, this.int32()) }, one);
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes.readUInt8(this.#pass(1));
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1);
    }
  }

  /** Of up to 64 bits, passed over. */
  skipVarlong(): void {
    while (this.#bytes.readUInt8(this.#pass(1)) >= 0x80);
  }

  varbytes(): Buffer | null {
    const length = this.varint();
    return length < 0 ? null : this.raw(length);
  }

  #pass(bytes: number): number {
    const at = this.#at;
    if (bytes < 0 || bytes > this.left) throw new RangeError(`${bytes} bytes at ${at}: beyond the end`);
    this.#at += bytes;
    return at;
  }
}
