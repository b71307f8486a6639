import { isAvroPrimitive, type AvroComplex, type AvroSchema } from './avro-schema.js';

/**
 * Avro's parsing canonical form: the part of a schema that decides how bytes are read, in one spelling.
 * Source: Avro specification 1.12, "Transforming into Parsing Canonical Form" (primitives, fullnames, strip, order).
 */
export const parsingCanonicalForm = (schema: AvroSchema): string =>
  formOf(schema, '', (type) => quoted(type));

/** The same with logical types left in, which some libraries (hamba/avro for Go) take for the canonical form. */
export const formWithLogicalTypes = (schema: AvroSchema): string =>
  formOf(schema, '', (type, logicalType) =>
    logicalType === undefined
      ? quoted(type)
      : `{"type":${quoted(type)},"logicalType":${quoted(logicalType)}}`,
  );

type PrimitiveForm = (type: string, logicalType?: string) => string;

function formOf(schema: AvroSchema, namespace: string, primitive: PrimitiveForm): string {
  if (Array.isArray(schema)) {
    return `[${schema.map((branch) => formOf(branch, namespace, primitive)).join(',')}]`;
  }
  if (typeof schema === 'string')
    return quoted(isAvroPrimitive(schema) ? schema : fullName(schema, namespace));
  return complexForm(schema, namespace, primitive);
}

function complexForm(schema: AvroComplex, namespace: string, primitive: PrimitiveForm): string {
  switch (schema.type) {
    case 'record': {
      const name = fullName(schema.name, schema.namespace ?? namespace);
      const fields = schema.fields.map(
        (field) =>
          `{"name":${quoted(field.name)},"type":${formOf(field.type, namespaceOf(name), primitive)}}`,
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
      return `{"type":"array","items":${formOf(schema.items, namespace, primitive)}}`;
    case 'map':
      return `{"type":"map","values":${formOf(schema.values, namespace, primitive)}}`;
    case 'null':
    case 'boolean':
    case 'int':
    case 'long':
    case 'float':
    case 'double':
    case 'bytes':
    case 'string':
      return primitive(schema.type, 'logicalType' in schema ? schema.logicalType : undefined);
  }
}

const quoted = (text: string): string => JSON.stringify(text);
const fullName = (name: string, namespace: string): string =>
  name.includes('.') || namespace === '' ? name : `${namespace}.${name}`;
const namespaceOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('.')));
