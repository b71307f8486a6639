import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAvroCodec } from './avro-codec.js';
import { type AvroRecord } from './avro-schema.js';
import { createCommandDecoder } from './deployment-command.js';
import { createRequestDecoder } from './deployment-request.js';
import { createStatusCodec } from './deployment-status.js';
import { SINGLE_OBJECT_HEADER_BYTES } from './framing.js';
import { DEPLOYMENT_COMMAND_SCHEMA } from './gen/deployment-command.js';
import { NETWORK_DEPLOYMENT_REQUEST_SCHEMA } from './gen/network-deployment-request.js';
import { NETWORK_DEPLOYMENT_STATUS_SCHEMA } from './gen/network-deployment-status.js';
import { RELEASED_SCHEMAS } from './gen/released-schemas.js';

interface Stored {
  readonly writtenBy: string;
  readonly hex: string;
  readonly value: Record<string, unknown>;
}

/** Bytes as they were written once, by us and by others. Never to be written anew: a record on a topic is not either. */
const stored = JSON.parse(readFileSync(join(__dirname, 'fixtures/stored-records.json'), 'utf8')) as {
  writerSchemas: Record<string, AvroRecord>;
  requests: Stored[];
  statuses: Stored[];
  commands: Stored[];
};
const bytes = ({ hex }: Stored) => Buffer.from(hex, 'hex');

describe('stored bytes are read for ever', () => {
  const writerSchemas = Object.values(stored.writerSchemas);
  const requests = createRequestDecoder({ writerSchemas });
  const statuses = createStatusCodec({ writerSchemas });

  it.each(stored.requests.map((one) => [one.writtenBy, one] as const))('request: %s', (_, one) => {
    expect(requests.decode({ value: bytes(one) })).toEqual({
      ok: true,
      // A field that is younger than the bytes has its default.
      request: { retry_of: null, ...one.value },
    });
  });

  it.each(stored.statuses.map((one) => [one.writtenBy, one] as const))('status: %s', (_, one) => {
    expect(statuses.decode(bytes(one))).toEqual(one.value);
  });

  it.each(stored.commands.map((one) => [one.writtenBy, one] as const))('command: %s', (_, one) => {
    expect(createCommandDecoder().decode({ value: bytes(one) })).toEqual({ ok: true, command: one.value });
  });

  it('needs no schema from outside for what was released', () => {
    const decoder = createRequestDecoder();
    const known = stored.requests.map(
      (one) => [one.writtenBy, decoder.decode({ value: bytes(one) })] as const,
    );
    expect(known.filter(([, result]) => !('ok' in result) || !result.ok).map(([name]) => name)).toEqual([
      'this library, older request',
      'this library, newer request',
    ]);
  });
});

describe('schemas are compatible in both directions', () => {
  const current = [
    NETWORK_DEPLOYMENT_REQUEST_SCHEMA,
    NETWORK_DEPLOYMENT_STATUS_SCHEMA,
    DEPLOYMENT_COMMAND_SCHEMA,
  ];
  const others = [...RELEASED_SCHEMAS, ...Object.values(stored.writerSchemas)];
  const pairs = current.flatMap((schema) =>
    others.filter(({ name }) => name === schema.name).map((other) => [schema.name, schema, other] as const),
  );

  it.each(pairs)('%s', (_, now, other) => {
    expect(createAvroCodec(now).readerFor(other)).toBeDefined();
    expect(createAvroCodec(other).readerFor(now)).toBeDefined();
  });

  it('old readers read what is written today', () => {
    const older = createAvroCodec(stored.writerSchemas['older status']!);
    const today = createAvroCodec<Record<string, unknown>>(NETWORK_DEPLOYMENT_STATUS_SCHEMA);
    const payload = today.write({ ...stored.statuses[0]!.value, state: 'REBOOTING' });
    expect(older.readerFor(NETWORK_DEPLOYMENT_STATUS_SCHEMA)!(payload)).toMatchObject({
      ok: true,
      value: { deployment_id: 'r-1', state: 'UNKNOWN', reason: { code: 'VERIFY_FAILED' } },
    });
  });

  it('readers of the first release read a rollback of today, and take its new words for unknown ones', () => {
    const [first] = RELEASED_SCHEMAS.filter(({ name }) => name === NETWORK_DEPLOYMENT_STATUS_SCHEMA.name);
    const written = stored.statuses.find(({ writtenBy }) => writtenBy === 'this library, released schema 2');
    const payload = bytes(written!).subarray(SINGLE_OBJECT_HEADER_BYTES);
    expect(createAvroCodec(first!).readerFor(NETWORK_DEPLOYMENT_STATUS_SCHEMA)!(payload)).toEqual({
      ok: true,
      value: {
        ...written!.value,
        state: 'UNKNOWN',
        reason: { code: 'UNKNOWN', text: 'BGP peer default 10.0.0.1 is lost' },
      },
    });
  });

  it('a field without a default would break them', () => {
    const broken = structuredClone(NETWORK_DEPLOYMENT_REQUEST_SCHEMA);
    broken.fields.push({ name: 'cost_centre', type: 'string' });
    expect(createAvroCodec(broken).readerFor(NETWORK_DEPLOYMENT_REQUEST_SCHEMA)).toBeUndefined();
  });
});
