import { type AvroRecord } from './avro-schema.js';
import { SINGLE_OBJECT, type Framing } from './framing.js';
import { type SchemaRegistryClient } from './schema-registry.js';

/**
 * How values of the schema are to be written: in the Confluent wire format where there is a schema registry, else as
 * single objects. The subject is the record's full name (RecordNameStrategy), since one schema serves the topics of all
 * tenants. Throws a `RegistryError`; ask once, when the service starts.
 */
export async function framingFor(
  schema: AvroRecord,
  registry: SchemaRegistryClient | undefined,
): Promise<Framing> {
  if (registry === undefined) return SINGLE_OBJECT;
  const subject = schema.namespace === undefined ? schema.name : `${schema.namespace}.${schema.name}`;
  return { kind: 'confluent', schemaId: await registry.idOf(subject, schema) };
}
