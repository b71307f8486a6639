import { NETWORK_DEPLOYMENT_REQUEST_SCHEMA as REQUEST } from '@vecino/contracts';

/** What a schema registry answers when it is asked for an id; an id that is not here it does not know. */
export interface RegisteredSchema {
  readonly status: number;
  readonly body: unknown;
}

/** The request's schema and one field behind it, as another team may have registered it. */
const requestWith = (name: string, type: unknown): string =>
  JSON.stringify({ ...REQUEST, fields: [...REQUEST.fields, { name, type }] });

const RECORDS_IN_RECORDS = 40;

/** Each record holds two of the next: 2^40 values in a payload of no bytes at all. */
const laughs = (level = 0): unknown => ({
  type: 'record',
  name: `Laugh${level}`,
  fields:
    level === RECORDS_IN_RECORDS
      ? [{ name: 'nothing', type: 'null' }]
      : [
          { name: 'one', type: laughs(level + 1) },
          { name: 'two', type: `Laugh${level + 1}` },
        ],
});

const chain = { type: 'record', name: 'Link', fields: [{ name: 'next', type: ['null', 'Link'] }] };
const withoutTenant = { ...REQUEST, fields: REQUEST.fields.filter(({ name }) => name !== 'tenant_id') };

const avroSchema = (schema: string): RegisteredSchema => ({ status: 200, body: { schema } });

export const SCHEMA_IDS = {
  more: 11,
  lists: 12,
  laughs: 13,
  chain: 14,
  withoutTenant: 15,
  protobuf: 16,
  unparsable: 17,
  primitive: 18,
  badRequest: 19,
  gone: 20,
  unprocessable: 21,
} as const;

export const REGISTERED_SCHEMAS: ReadonlyMap<number, RegisteredSchema> = new Map([
  [SCHEMA_IDS.more, avroSchema(requestWith('labels', { type: 'map', values: 'string' }))],
  [
    SCHEMA_IDS.lists,
    avroSchema(requestWith('lists', { type: 'array', items: { type: 'array', items: 'null' } })),
  ],
  [SCHEMA_IDS.laughs, avroSchema(requestWith('laughs', laughs()))],
  [SCHEMA_IDS.chain, avroSchema(requestWith('chain', chain))],
  [SCHEMA_IDS.withoutTenant, avroSchema(JSON.stringify(withoutTenant))],
  [SCHEMA_IDS.protobuf, { status: 200, body: { schemaType: 'PROTOBUF', schema: 'syntax = "proto3";' } }],
  [SCHEMA_IDS.unparsable, avroSchema('{"type":"record"')],
  [SCHEMA_IDS.primitive, avroSchema('"string"')],
  [SCHEMA_IDS.badRequest, { status: 400, body: { error_code: 400 } }],
  [SCHEMA_IDS.gone, { status: 410, body: { error_code: 41001 } }],
  [SCHEMA_IDS.unprocessable, { status: 422, body: { error_code: 42201 } }],
]);
