import { isAvroPrimitive, type AvroComplex, type AvroSchema } from './avro-schema.js';

/**
 * Avro's parsing canonical form: the part of a schema that decides how bytes are read, in one spelling.
 * Source: Avro specification 1.12, "Transforming into Parsing Canonical Form" (primitives, fullnames, strip, order).
 */
export function parsingCanonicalForm(schema: AvroSchema, namespace = ''): string {
  if (Array.isArray(schema)) {
    return `[${schema.map((branch) => parsingCanonicalForm(branch, namespace)).join(',')}]`;
  }
  if (typeof schema === 'string')
    return quoted(isAvroPrimitive(schema) ? schema : fullName(schema, namespace));
  return complexForm(schema, namespace);
}

function complexForm(schema: AvroComplex, namespace: string): string {
  switch (schema.type) {
    case 'record': {
      const name = fullName(schema.name, schema.namespace ?? namespace);
      const fields = schema.fields.map(
        (field) =>
          `{"name":${quoted(field.name)},"type":${parsingCanonicalForm(field.type, namespaceOf(name))}}`,
      );
      return `{"name":${quoted(name)},"type":"record","fields":[${fields.join(',')}]}`;
    }
    case 'enum': {
      const name = fullName(schema.name, schema.namespace ?? namespace);
      return `{"name":${quoted(name)},"type":"enum","symbols":[${schema.symbols.map(quoted).join(',')}]}`;
    }
    case 'fixed': {
      const name = fullName(schema.name, schema.namespace ?? namespace);
      return `{"name":${quoted(name)},"type":"fixed","size":${schema.size}}`;
    }
    case 'array':
      return `{"type":"array","items":${parsingCanonicalForm(schema.items, namespace)}}`;
    case 'map':
      return `{"type":"map","values":${parsingCanonicalForm(schema.values, namespace)}}`;
    case 'null':
    case 'boolean':
    case 'int':
    case 'long':
    case 'float':
    case 'double':
    case 'bytes':
    case 'string':
      return quoted(schema.type);
  }
}

const quoted = (text: string): string => JSON.stringify(text);
const fullName = (name: string, namespace: string): string =>
  name.includes('.') || namespace === '' ? name : `${namespace}.${name}`;
const namespaceOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('.')));
