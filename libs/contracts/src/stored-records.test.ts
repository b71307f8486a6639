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
import { PLATFORM_RECORD_SCHEMA } from './gen/platform-record.js';
import { RELEASED_SCHEMAS } from './gen/released-schemas.js';
import { TENANT_RECORD_SCHEMA } from './gen/tenant-record.js';
import { createPlatformRecordCodec, createTenantRecordCodec } from './registry-records.js';

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
  tenants: Stored[];
  platform: Stored[];
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

  it.each(stored.tenants.map((one) => [one.writtenBy, one] as const))('tenant: %s', (_, one) => {
    expect(createTenantRecordCodec().decode(bytes(one))).toEqual({ ok: true, value: one.value });
  });

  it.each(stored.platform.map((one) => [one.writtenBy, one] as const))('platform: %s', (_, one) => {
    expect(createPlatformRecordCodec().decode(bytes(one))).toEqual({ ok: true, value: one.value });
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
    TENANT_RECORD_SCHEMA,
    PLATFORM_RECORD_SCHEMA,
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

  it('readers of the first release read what a tenant says today, a share below 1 as the least they know', () => {
    const [first] = RELEASED_SCHEMAS.filter(({ name }) => name === TENANT_RECORD_SCHEMA.name);
    const today = stored.tenants.at(-1)!;
    const payload = bytes(today).subarray(SINGLE_OBJECT_HEADER_BYTES);
    expect(createAvroCodec(first!).readerFor(TENANT_RECORD_SCHEMA)!(payload)).toMatchObject({
      ok: true,
      value: { tenant_id: 'chogar', weight: 1, networks: today.value['networks'], paused: true },
    });
  });

  it('a field without a default would break them', () => {
    const broken = structuredClone(NETWORK_DEPLOYMENT_REQUEST_SCHEMA);
    broken.fields.push({ name: 'cost_centre', type: 'string' });
    expect(createAvroCodec(broken).readerFor(NETWORK_DEPLOYMENT_REQUEST_SCHEMA)).toBeUndefined();
  });
});
