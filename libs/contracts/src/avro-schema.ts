/** The part of an Avro schema's grammar that Vecino's own schemas use (https://avro.apache.org/docs/1.12.0/specification/). */
export type AvroSchema = AvroPrimitive | AvroName | AvroSchema[] | AvroComplex;

export const AVRO_PRIMITIVES = [
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
] as const;
export type AvroPrimitive = (typeof AVRO_PRIMITIVES)[number];

/** Refers to a record, enum or fixed that was defined earlier in the same schema. */
export type AvroName = string & {};

export type AvroComplex =
  AvroRecord | AvroEnum | AvroMap | AvroArray | AvroFixed | { type: AvroPrimitive; logicalType?: string };

export const isAvroPrimitive = (type: string): type is AvroPrimitive =>
  (AVRO_PRIMITIVES as readonly string[]).includes(type);

export interface AvroField {
  name: string;
  type: AvroSchema;
  doc?: string;
  default?: unknown;
}

export interface AvroRecord {
  type: 'record';
  name: string;
  namespace?: string;
  doc?: string;
  fields: AvroField[];
}

export interface AvroEnum {
  type: 'enum';
  name: string;
  namespace?: string;
  doc?: string;
  symbols: string[];
  default?: string;
}

export interface AvroMap {
  type: 'map';
  values: AvroSchema;
}

export interface AvroArray {
  type: 'array';
  items: AvroSchema;
}

export interface AvroFixed {
  type: 'fixed';
  name: string;
  namespace?: string;
  size: number;
}
