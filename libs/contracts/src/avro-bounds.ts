import { type Type } from 'avsc';

/**
 * Whether a payload's lengths and counts stay inside its bytes; asked before it is decoded, because avsc follows the
 * sender's word: one forged block count of 2^50 in an array or map would stop the process, and a negative length reads backwards.
 * So would lists of lists of nothing, or a writer's schema of records in records: a few bytes, or none, for 2^40 values.
 */
export type BoundsCheck = (payload: Buffer) => boolean;

/** Reads past one value; throws a RangeError beyond the end. */
type Skip = (cursor: Cursor) => void;

/** The fields of avsc's types that its declarations leave out. */
interface TypeInside {
  readonly typeName: string;
  readonly fields?: readonly { readonly type: TypeInside }[];
  readonly types?: readonly TypeInside[];
  readonly itemsType?: TypeInside;
  readonly valuesType?: TypeInside;
  readonly underlyingType?: TypeInside;
  readonly size?: number;
}

export function boundsCheckOf(type: Type): BoundsCheck {
  const skip = skipOf(type as unknown as TypeInside, new Map());
  return (payload) => {
    try {
      skip(new Cursor(payload));
      return true;
    } catch (fault) {
      if (fault instanceof RangeError) return false;
      throw fault;
    }
  };
}

/** Nulls and records have no bytes of their own, so nothing else bounds them. Far more than any record of ours. */
const MAX_FREE_VALUES = 1_000_000;

class Cursor {
  readonly #bytes: Buffer;
  #position = 0;
  #freeValues = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  advance(bytes: number): void {
    if (bytes < 0 || bytes > this.#bytes.length - this.#position) throw new RangeError('beyond the end');
    this.#position += bytes;
  }

  countFreeValue(): void {
    if (++this.#freeValues > MAX_FREE_VALUES) throw new RangeError('more values than a record can have');
  }

  /** A zigzag varint of at most ten bytes. Exact up to 2^53; anything larger is beyond every bound anyway. */
  readLong(): number {
    let value = 0;
    for (let scale = 1; scale <= 128 ** 9; scale *= 128) {
      this.advance(1);
      const byte = this.#bytes[this.#position - 1] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
    throw new RangeError('a varint longer than ten bytes');
  }

  /** Zero-sized items need no bytes, so their number is bounded by the payload's length as well. */
  readCount(): number {
    const count = this.readLong();
    if (count < 0) this.readLong();
    if (Math.abs(count) > this.#bytes.length) throw new RangeError('more items than bytes');
    return Math.abs(count);
  }
}

const skipVarint: Skip = (cursor) => void cursor.readLong();
const skipBytes: Skip = (cursor) => cursor.advance(cursor.readLong());
const skipBlocks =
  (item: Skip): Skip =>
  (cursor) => {
    for (let count = cursor.readCount(); count > 0; count = cursor.readCount()) {
      for (let index = 0; index < count; index++) item(cursor);
    }
  };

function skipOf(type: TypeInside, compiled: Map<TypeInside, Skip>): Skip {
  const known = compiled.get(type);
  if (known !== undefined) return known;
  // Registered before it is built, so that a recursive record finds itself.
  const late: { skip?: Skip } = {};
  compiled.set(type, (cursor) => late.skip?.(cursor));
  late.skip = build(type, (inner) => skipOf(inner ?? { typeName: 'null' }, compiled));
  return late.skip;
}

function build(type: TypeInside, of: (inner: TypeInside | undefined) => Skip): Skip {
  const { typeName } = type;
  if (typeName.startsWith('logical:')) return of(type.underlyingType);
  if (typeName.startsWith('union:')) {
    const branches = (type.types ?? []).map(of);
    return (cursor) => {
      const branch = branches[cursor.readLong()];
      if (branch === undefined) throw new RangeError('no such branch');
      branch(cursor);
    };
  }
  switch (typeName) {
    case 'null':
      return (cursor) => cursor.countFreeValue();
    case 'boolean':
      return (cursor) => cursor.advance(1);
    case 'int':
    case 'long':
    case 'enum':
      return skipVarint;
    case 'float':
      return (cursor) => cursor.advance(4);
    case 'double':
      return (cursor) => cursor.advance(8);
    case 'bytes':
    case 'string':
      return skipBytes;
    case 'fixed':
      return (cursor) => cursor.advance(type.size ?? 0);
    case 'array':
      return skipBlocks(of(type.itemsType));
    case 'map': {
      const value = of(type.valuesType);
      return skipBlocks((cursor) => {
        skipBytes(cursor);
        value(cursor);
      });
    }
    case 'record':
    case 'error': {
      const fields = (type.fields ?? []).map((field) => of(field.type));
      return (cursor) => {
        cursor.countFreeValue();
        for (const skip of fields) skip(cursor);
      };
    }
    default:
      throw new Error(`no bounds for Avro type ${typeName}`);
  }
}
