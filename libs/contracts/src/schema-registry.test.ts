import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Clock } from '@vecino/foundation';
import {
  createHttpSchemaRegistry,
  createRequestDecoder,
  createStatusCodec,
  encodeRequest,
  framingFor,
  NETWORK_DEPLOYMENT_REQUEST_SCHEMA,
  NETWORK_DEPLOYMENT_STATUS_SCHEMA,
  type AvroSchema,
  type SchemaRegistryClient,
} from './index.js';

const FOUR = { tenant_id: 'chogar', router_id: 'edge-1', router_ip: '10.0.0.1', software_version: '7.4.2' };
const record = (schemaId: number) => encodeRequest(FOUR, { kind: 'confluent', schemaId });

/** A registry in memory that counts what it is asked. */
function registryWith(schemas: Record<number, AvroSchema>) {
  const state = { asked: 0, away: false };
  const client: SchemaRegistryClient = {
    schemaOf: async (id) => {
      state.asked++;
      if (state.away) throw new Error('away');
      return schemas[id];
    },
    idOf: async () => 1,
  };
  return Object.assign(state, { client });
}

describe('the Confluent wire format', () => {
  it('is read with the schema that the registry gives, asked for once', async () => {
    const registry = registryWith({ 7: NETWORK_DEPLOYMENT_REQUEST_SCHEMA });
    const decoder = createRequestDecoder({ registry: registry.client });
    const [first, second] = [decoder.decode(record(7)), decoder.decode(record(7))];
    expect(await first).toMatchObject({ ok: true, request: FOUR });
    expect(await second).toEqual(await first);
    expect(decoder.decode(record(7))).not.toBeInstanceOf(Promise);
    expect(registry.asked).toBe(1);
  });

  it('has the id as four bytes after a zero', () => {
    expect(record(0x01020304).value.subarray(0, 5).toString('hex')).toBe('0001020304');
  });

  it('with an unknown id is refused, and the id asked for again only after a while', async () => {
    const registry = registryWith({});
    let now = 0;
    const clock: Clock = { now: () => now };
    const decoder = createRequestDecoder({ registry: registry.client, clock });
    expect(await decoder.decode(record(7))).toMatchObject({ ok: false, reason: { code: 'UNKNOWN_SCHEMA' } });
    expect(decoder.decode(record(7))).toMatchObject({ ok: false, reason: { code: 'UNKNOWN_SCHEMA' } });
    now = 60_000;
    await decoder.decode(record(7));
    expect(registry.asked).toBe(2);
  });

  it('with an id that no registry gives is refused without asking one', () => {
    const registry = registryWith({});
    const decoder = createRequestDecoder({ registry: registry.client });
    for (const id of [0x8000_0000, 0xffff_ffff])
      expect(decoder.decode(record(id))).toMatchObject({ ok: false, reason: { code: 'UNKNOWN_SCHEMA' } });
    expect(registry.asked).toBe(0);
  });

  it('with a schema that cannot be reconciled is refused', async () => {
    const schema: AvroSchema = { type: 'record', name: 'Something', fields: [{ name: 'x', type: 'int' }] };
    const decoder = createRequestDecoder({ registry: registryWith({ 7: schema }).client });
    expect(await decoder.decode(record(7))).toMatchObject({ ok: false, reason: { code: 'UNKNOWN_SCHEMA' } });
  });

  it('is no dead letter while the registry is away: the next attempt reads it', async () => {
    const registry = registryWith({ 7: NETWORK_DEPLOYMENT_REQUEST_SCHEMA });
    const decoder = createRequestDecoder({ registry: registry.client });
    registry.away = true;
    await expect(decoder.decode(record(7))).rejects.toThrow('away');
    registry.away = false;
    expect(await decoder.decode(record(7))).toMatchObject({ ok: true });
  });

  it('carries statuses where there is a registry to name their schema', async () => {
    const { client } = registryWith({});
    const idOf = jest.fn(async () => 9);
    const framing = await framingFor(NETWORK_DEPLOYMENT_STATUS_SCHEMA, { ...client, idOf });
    expect(idOf).toHaveBeenCalledWith('vecino.NetworkDeploymentStatus', NETWORK_DEPLOYMENT_STATUS_SCHEMA);
    expect(await framingFor(NETWORK_DEPLOYMENT_STATUS_SCHEMA, undefined)).toEqual({ kind: 'single-object' });
    const codec = createStatusCodec({ framing });
    const status = {
      ...FOUR,
      event_id: 'e',
      deployment_id: 'd',
      sequence: 1,
      occurred_at: 1_764_000_000_000,
    };
    expect(
      codec
        .encode({ ...status, state: 'QUEUED' }, 'avro')
        .value.subarray(0, 5)
        .toString('hex'),
    ).toBe('0000000009');
  });
});

describe('the HTTP adapter', () => {
  const answers = new Map<string, { status: number; body: string }>();
  const seen: { line: string; authorization: string | undefined; body: string }[] = [];
  let server: Server;
  let url: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const line = `${request.method} ${request.url}`;
        seen.push({
          line,
          authorization: request.headers.authorization,
          body: Buffer.concat(chunks).toString(),
        });
        const { status, body } = answers.get(line) ?? { status: 404, body: '{"error_code":40403}' };
        response.writeHead(status, { 'content-type': 'application/json' }).end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => {
    answers.clear();
    seen.length = 0;
  });

  it('reads a schema by its id', async () => {
    const schema = JSON.stringify(NETWORK_DEPLOYMENT_REQUEST_SCHEMA);
    answers.set('GET /schemas/ids/7', { status: 200, body: JSON.stringify({ schema }) });
    expect(await createHttpSchemaRegistry({ url }).schemaOf(7)).toEqual(NETWORK_DEPLOYMENT_REQUEST_SCHEMA);
  });

  it.each([
    ['an id it does not know', 404, '{"error_code":40403}'],
    ['an id that it takes for a wrong question', 400, '{"error_code":400}'],
    ['an id that it will not serve any more', 410, ''],
    ['an id that it cannot process', 422, '{"error_code":42202}'],
    ['a schema that is not Avro', 200, '{"schemaType":"PROTOBUF","schema":"syntax"}'],
    ['a schema that is no JSON', 200, '{"schema":"{"}'],
  ])('has no schema for %s', async (_, status, body) => {
    answers.set('GET /schemas/ids/7', { status, body });
    expect(await createHttpSchemaRegistry({ url }).schemaOf(7)).toBeUndefined();
  });

  it.each([500, 503, 429, 401])('status %d is a reason to wait', async (status) => {
    answers.set('GET /schemas/ids/7', { status, body: '{}' });
    await expect(createHttpSchemaRegistry({ url }).schemaOf(7)).rejects.toMatchObject({
      code: 'REGISTRY_AWAY',
      disposition: 'retry',
      data: { status },
    });
  });

  it('so is a registry that does not answer', async () => {
    const nobody = createHttpSchemaRegistry({ url: 'http://127.0.0.1:1' });
    await expect(nobody.schemaOf(7)).rejects.toMatchObject({ code: 'REGISTRY_AWAY', disposition: 'retry' });
  });

  it('registers a schema with the credentials of its address, which stay out of errors', async () => {
    answers.set('POST /subjects/deployment-requests-value/versions', { status: 200, body: '{"id":42}' });
    const registry = createHttpSchemaRegistry({ url: url.replace('//', '//user:p%40ss@') });
    expect(await registry.idOf('deployment-requests-value', NETWORK_DEPLOYMENT_REQUEST_SCHEMA)).toBe(42);
    expect(seen[0]?.authorization).toBe(`Basic ${Buffer.from('user:p@ss').toString('base64')}`);
    const sent = JSON.parse(seen[0]?.body ?? '') as { schema: string };
    expect(JSON.parse(sent.schema)).toEqual(NETWORK_DEPLOYMENT_REQUEST_SCHEMA);
    answers.set('POST /subjects/s/versions', { status: 409, body: '{"message":"incompatible"}' });
    const refused: unknown = await registry.idOf('s', 'string').catch((fault: unknown) => fault);
    expect(refused).toMatchObject({ code: 'REGISTRY_REFUSED', disposition: 'terminal' });
    expect(String(refused)).not.toContain('p@ss');
  });
});
