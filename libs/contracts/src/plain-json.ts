import { type AvroEnum, type AvroField, type AvroRecord, type AvroSchema } from './avro-schema.js';

export type PlainJsonResult<T> =
  | { readonly ok: true; readonly value: T }
  /** `field` is the path of the offending field; empty for the record itself. */
  | { readonly ok: false; readonly field: string; readonly text: string };

/**
 * Reads a record from JSON as people and tools write it: the schema's field names, plain values without Avro's union
 * wrappers, milliseconds or RFC 3339 text for times. Fields with a default may be missing or null, unknown fields are
 * ignored, a wrong type is refused with what was found.
 */
export function createPlainJsonReader<T>(schema: AvroRecord): (json: unknown) => PlainJsonResult<T> {
  const read = recordReader(schema);
  return (json) => {
    try {
      return { ok: true, value: read(json, '') as T };
    } catch (fault) {
      if (fault instanceof FieldFault) return { ok: false, field: fault.field, text: fault.message };
      throw fault;
    }
  };
}

type Read = (json: unknown, path: string) => unknown;

/** Never leaves this file. */
class FieldFault extends Error {
  readonly field: string;

  constructor(path: string, expected: string, found: unknown) {
    super(`${path === '' ? 'the record' : path} must be ${expected}, found ${describe(found)}`);
    this.field = path;
  }
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  return `${typeof value} ${JSON.stringify(value).slice(0, 64)}`;
}

const isObject = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

function recordReader(schema: AvroRecord): Read {
  const fields = schema.fields.map((field) => ({ field, read: readerOf(field.type) }));
  return (json, path) => {
    if (!isObject(json)) throw new FieldFault(path, 'an object', json);
    const record: Record<string, unknown> = {};
    for (const { field, read } of fields) {
      const name = path === '' ? field.name : `${path}.${field.name}`;
      record[field.name] = fieldValue(json, field, read, name);
    }
    return record;
  };
}

function fieldValue(json: Record<string, unknown>, field: AvroField, read: Read, path: string): unknown {
  const found = Object.hasOwn(json, field.name) ? json[field.name] : undefined;
  if ((found === undefined || found === null) && field.default !== undefined) {
    return typeof field.default === 'object' ? structuredClone(field.default) : field.default;
  }
  return read(found, path);
}

function readerOf(schema: AvroSchema): Read {
  if (Array.isArray(schema)) return unionReader(schema);
  if (typeof schema === 'string') return primitiveReader(schema);
  switch (schema.type) {
    case 'record':
      return recordReader(schema);
    case 'enum':
      return enumReader(schema);
    case 'map':
      return mapReader(readerOf(schema.values));
    case 'array':
      return arrayReader(readerOf(schema.items));
    case 'long':
      return 'logicalType' in schema && schema.logicalType === 'timestamp-millis' ? readTime : readLong;
    case 'null':
    case 'boolean':
    case 'int':
    case 'float':
    case 'double':
    case 'string':
      return primitiveReader(schema.type);
    case 'bytes':
    case 'fixed':
      throw new Error(`plain JSON has no form for Avro ${schema.type}`);
  }
}

/** Vecino's unions are `null` and one other type, so the value itself says which it is. */
function unionReader(branches: readonly AvroSchema[]): Read {
  const [other, ...more] = branches.filter((branch) => branch !== 'null');
  if (other === undefined || more.length > 0) throw new Error('plain JSON reads unions of null and one type');
  const read = readerOf(other);
  return (json, path) => (json === null ? null : read(json, path));
}

function primitiveReader(type: string): Read {
  switch (type) {
    case 'null':
      return check('null', (json) => json === null);
    case 'boolean':
      return check('true or false', (json) => typeof json === 'boolean');
    case 'int':
      return check('an integer of 32 bits', (json) => Number.isInteger(json) && json === (Number(json) | 0));
    case 'long':
      return readLong;
    case 'float':
    case 'double':
      return check('a number', (json) => typeof json === 'number');
    case 'string':
      return check('text', (json) => typeof json === 'string');
    default:
      throw new Error(`plain JSON has no form for Avro ${type}`);
  }
}

const check =
  (expected: string, allows: (json: unknown) => boolean): Read =>
  (json, path) => {
    if (!allows(json)) throw new FieldFault(path, expected, json);
    return json;
  };

const readLong = check('an integer', Number.isSafeInteger);

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** `Date.parse` takes the 30th of February for the 2nd of March. */
function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

const readTime: Read = (json, path) => {
  const isTime = typeof json === 'string' && RFC_3339.test(json) && isDay(json);
  const millis = isTime ? Date.parse(json) : json;
  if (!Number.isSafeInteger(millis)) {
    throw new FieldFault(path, 'milliseconds since the Unix epoch or RFC 3339 text', json);
  }
  return millis;
};

function enumReader(schema: AvroEnum): Read {
  return (json, path) => {
    if (typeof json !== 'string') throw new FieldFault(path, `one of ${schema.symbols.join(', ')}`, json);
    if (schema.symbols.includes(json)) return json;
    if (schema.default === undefined) throw new FieldFault(path, `one of ${schema.symbols.join(', ')}`, json);
    return schema.default;
  };
}

function mapReader(read: Read): Read {
  return (json, path) => {
    if (!isObject(json)) throw new FieldFault(path, 'an object', json);
    return Object.fromEntries(
      Object.entries(json).map(([key, value]) => [key, read(value, `${path}.${key}`)]),
    );
  };
}

function arrayReader(read: Read): Read {
  return (json, path) => {
    if (!Array.isArray(json)) throw new FieldFault(path, 'an array', json);
    return json.map((item, index) => read(item, `${path}[${index}]`));
  };
}
