import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import asyncApiSchema from '@asyncapi/specs/schemas/3.0.0.json';
import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { type AvroRecord, type AvroSchema } from './avro-schema.js';
import {
  createCommandDecoder,
  createRequestDecoder,
  createStatusCodec,
  deadLetterHeaders,
  DEPLOYMENT_COMMAND_SCHEMA,
  encodeCommand,
  EVENT_TYPES,
  NETWORK_DEPLOYMENT_REQUEST_SCHEMA,
  NETWORK_DEPLOYMENT_STATUS_SCHEMA,
  TOPIC_TABLE,
  validateCommand,
  validateRequest,
} from './index.js';

const PATH = join(__dirname, '../../../docs/asyncapi.yaml');

interface JsonSchema {
  readonly type?: string | string[];
  readonly required?: string[];
  readonly enum?: string[];
  readonly default?: unknown;
  readonly properties?: Record<string, JsonSchema>;
}
interface Channel {
  readonly address: string;
  readonly messages: Record<string, unknown>;
  readonly bindings: {
    kafka: { partitions: number; replicas: number; topicConfiguration: Record<string, unknown> };
  };
}
interface Document {
  readonly channels: Record<string, Channel>;
  readonly components: {
    messages: Record<string, { name: string; examples?: { payload: Record<string, unknown> }[] }>;
    schemas: Record<string, JsonSchema>;
  };
}
const document = parse(readFileSync(PATH, 'utf8')) as Document;

/** The document with every `$ref` replaced by what it points to; throws where that is not there. */
function resolved(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(resolved);
  if (typeof node !== 'object' || node === null) return node;
  const { $ref } = node as { $ref?: string };
  return $ref === undefined
    ? Object.fromEntries(Object.entries(node).map(([key, value]) => [key, resolved(value)]))
    : resolved(target($ref));
}

function target(ref: string): unknown {
  if (!ref.startsWith('#')) return JSON.parse(readFileSync(join(dirname(PATH), ref), 'utf8')) as unknown;
  const found = ref
    .slice(2)
    .split('/')
    .reduce<unknown>((node, step) => (node as Record<string, unknown>)[step], document);
  if (found === undefined) throw new Error(`${ref} points nowhere`);
  return found;
}

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
const validator = (schema: string): ValidateFunction => ajv.compile(document.components.schemas[schema]!);
const faultsOf = (validate: ValidateFunction, value: unknown) => (validate(value) ? [] : validate.errors);

describe('docs/asyncapi.yaml', () => {
  // The specification's schema brings its own copy of JSON Schema's, so ajv must not have one.
  const isAsyncApi = addFormats(
    new Ajv({ strict: false, allErrors: true, meta: false, validateSchema: false, inlineRefs: false }),
  ).compile(asyncApiSchema);

  it('is an AsyncAPI 3 document', () => {
    expect(faultsOf(isAsyncApi, document)).toEqual([]);
    expect(faultsOf(isAsyncApi, { ...document, channel: {} })).not.toEqual([]);
  });

  it('points only to what is there, the Avro schemas included', () => {
    const whole = resolved(document) as { channels: { requests: { messages: Record<string, unknown> } } };
    expect(whole.channels.requests.messages['requestAvro']).toMatchObject({
      payload: { schema: { name: 'NetworkDeploymentRequest' } },
    });
  });

  it('has the topics of the topic table', () => {
    const described = Object.values(document.channels).map(({ address, bindings: { kafka } }) => ({
      name: address.replace('{tenant}', '<tenant>'),
      partitions: kafka.partitions,
      replicas: kafka.replicas,
      config: kafka.topicConfiguration,
    }));
    expect(described).toEqual(
      TOPIC_TABLE.map((spec) => ({
        name: spec.name,
        partitions: spec.partitions,
        replicas: spec.replicationFactor,
        config: {
          'cleanup.policy': [spec.cleanupPolicy],
          'retention.ms': spec.retentionMs,
          'max.message.bytes': spec.maxMessageBytes,
          'message.timestamp.type': spec.timestampType,
          'compression.type': spec.compressionType,
          'min.insync.replicas': spec.minInsyncReplicas,
        },
      })),
    );
    expect(Object.keys(document.channels)).toEqual(TOPIC_TABLE.map(({ kind }) => kind));
  });

  it('names the events as their headers do', () => {
    const { requestAvro, requestJson, statusAvro, statusJson, commandAvro, commandJson } =
      document.components.messages;
    expect([requestAvro?.name, requestJson?.name]).toEqual([EVENT_TYPES.request, EVENT_TYPES.request]);
    expect([statusAvro?.name, statusJson?.name]).toEqual([EVENT_TYPES.status, EVENT_TYPES.status]);
    expect([commandAvro?.name, commandJson?.name]).toEqual([EVENT_TYPES.command, EVENT_TYPES.command]);
  });
});

describe('the JSON schemas in it', () => {
  const avroOf = (schema: AvroSchema): { kind: string; nullable: boolean; avro: AvroSchema } => {
    if (!Array.isArray(schema)) {
      return { kind: typeof schema === 'string' ? schema : schema.type, nullable: false, avro: schema };
    }
    const other = schema.find((branch) => branch !== 'null') ?? 'null';
    return { ...avroOf(other), nullable: true };
  };
  const JSON_TYPES: Record<string, string> = {
    string: 'string',
    enum: 'string',
    int: 'integer',
    long: 'integer',
    map: 'object',
    record: 'object',
  };

  function compare(json: JsonSchema, avro: AvroRecord): void {
    expect(Object.keys(json.properties ?? {})).toEqual(avro.fields.map(({ name }) => name));
    const required = avro.fields.filter((field) => field.default === undefined).map(({ name }) => name);
    expect(json.required).toEqual(required);
    for (const field of avro.fields) {
      const property = json.properties?.[field.name];
      const { kind, nullable, avro: type } = avroOf(field.type);
      const jsonType = JSON_TYPES[kind];
      expect([field.name, property?.type]).toEqual([field.name, nullable ? [jsonType, 'null'] : jsonType]);
      expect([field.name, property?.default]).toEqual([field.name, field.default]);
      if (kind === 'enum') expect(property?.enum).toEqual((type as { symbols: string[] }).symbols);
      if (kind === 'record') compare(property!, type as AvroRecord);
    }
  }

  it.each([NETWORK_DEPLOYMENT_REQUEST_SCHEMA, NETWORK_DEPLOYMENT_STATUS_SCHEMA, DEPLOYMENT_COMMAND_SCHEMA])(
    'have the fields of $name',
    (avro) => compare(document.components.schemas[avro.name]!, avro),
  );

  it('describe what the code writes and reads', () => {
    const requests = document.components.messages['requestJson']?.examples ?? [];
    expect(requests.length).toBeGreaterThan(1);
    for (const { payload } of requests) {
      expect(faultsOf(validator('NetworkDeploymentRequest'), payload)).toEqual([]);
      const value = Buffer.from(JSON.stringify(payload));
      const result = createRequestDecoder().decode({
        value,
        headers: { 'content-type': 'application/json' },
      });
      expect(result).toMatchObject({ ok: true, request: payload });
      expect('request' in result && validateRequest(result.request)).toBeUndefined();
    }
    const commands = document.components.messages['commandJson']?.examples ?? [];
    expect(commands).toHaveLength(2);
    for (const { payload } of commands) {
      expect(faultsOf(validator('DeploymentCommand'), payload)).toEqual([]);
      const { value, headers } = encodeCommand(payload as never, { kind: 'json' });
      const result = createCommandDecoder().decode({ value, headers });
      expect(result).toEqual({ ok: true, command: payload });
      expect('command' in result && validateCommand(result.command)).toBeUndefined();
    }
    const codec = createStatusCodec();
    for (const { payload } of document.components.messages['statusJson']?.examples ?? []) {
      const { value, headers } = codec.encode(payload as never, 'json');
      expect(faultsOf(validator('NetworkDeploymentStatus'), JSON.parse(value.toString()))).toEqual([]);
      expect(faultsOf(validator('EventHeaders'), headers)).toEqual([]);
      expect(codec.decode(value, headers)).toEqual(payload);
    }
  });

  it('describe the headers of a dead letter', () => {
    const cause = {
      code: 'MALFORMED',
      text: 'x',
      topic: 't',
      partition: 0,
      offset: 0,
      timestamp: 0,
    } as const;
    const { required, properties } = document.components.schemas['DeadLetterHeaders']!;
    expect(Object.keys(deadLetterHeaders({}, cause))).toEqual(required);
    expect(Object.keys(properties ?? {})).toEqual(required);
    expect(faultsOf(validator('DeadLetterHeaders'), deadLetterHeaders({}, cause))).toEqual([]);
  });
});
