import { type Reason } from '@vecino/foundation';
import fc from 'fast-check';
import { createRequestDecoder, encodeRequest, type DecodeResult, type EncodedRecord } from './index.js';
import { MAX_RECORD_BYTES } from './record-decoder.js';

const FOUR = {
  tenant_id: 'chogar',
  router_id: 'edge-1',
  router_ip: '10.0.0.1',
  software_version: '7.4.2',
} as const;
const FULL = {
  ...FOUR,
  request_id: 'r-1',
  requested_at: 1_764_000_000_000,
  requested_by: 'María',
  priority: 1,
  not_before: 1_764_000_600_000,
  retry_of: 'r-0',
};
const FILLED = {
  request_id: null,
  requested_at: null,
  requested_by: null,
  priority: 3,
  not_before: null,
  retry_of: null,
};

const decoder = createRequestDecoder();
const decode = (record: EncodedRecord): DecodeResult => {
  const result = decoder.decode(record);
  if (result instanceof Promise) throw new Error('decoded later, not in the same tick');
  return result;
};
const decodeJson = (json: unknown, contentType: Buffer | string = 'application/json') =>
  decode({
    value: Buffer.from(typeof json === 'string' ? json : JSON.stringify(json)),
    headers: { 'content-type': contentType },
  });
const avro = (request: Parameters<typeof encodeRequest>[0] = FULL) =>
  encodeRequest(request, { kind: 'single-object' }).value;
const refusal = (result: DecodeResult): Reason => {
  if (result.ok) throw new Error('was not refused');
  return result.reason;
};

describe('a request', () => {
  it.each(['single-object', 'json'] as const)('comes back as it was written as %s', (kind) => {
    expect(decode(encodeRequest(FULL, { kind }))).toEqual({ ok: true, request: FULL });
    expect(decode(encodeRequest(FOUR, { kind }))).toEqual({ ok: true, request: { ...FOUR, ...FILLED } });
  });

  it('is read by its first bytes where no content type is said, or one that says nothing', () => {
    for (const headers of [{}, { 'content-type': 'application/octet-stream' }, undefined]) {
      expect(decode({ value: avro(), headers })).toMatchObject({ ok: true });
    }
  });
});

describe('JSON', () => {
  it.each([
    'application/json',
    Buffer.from('application/json'),
    'Application/JSON; charset=utf-8',
    'application/vnd.vecino.request+json',
  ])('is read under content type %s', (contentType) => {
    expect(decodeJson(FOUR, contentType)).toEqual({ ok: true, request: { ...FOUR, ...FILLED } });
  });

  it('is read whatever the case of the header name, and however often the header is there', () => {
    const value = Buffer.from(JSON.stringify(FOUR));
    expect(decode({ value, headers: { 'Content-Type': 'application/json' } }).ok).toBe(true);
    expect(decode({ value, headers: { 'content-type': [Buffer.from('application/json'), 'x'] } }).ok).toBe(
      true,
    );
  });

  it('may hold RFC 3339 times, nulls for defaults, and fields we do not know', () => {
    const json = {
      ...FOUR,
      requested_at: '2025-11-24T16:00:00+00:00',
      priority: null,
      colour: 'red',
      ['__proto__']: { polluted: true },
    };
    expect(decodeJson(json)).toEqual({
      ok: true,
      request: { ...FOUR, ...FILLED, requested_at: 1_764_000_000_000 },
    });
  });

  it.each([
    [{ ...FOUR, router_id: 7 }, 'router_id must be text, found number 7'],
    [{ ...FOUR, router_ip: ['10.0.0.1'] }, 'router_ip must be text, found an array'],
    [{ ...FOUR, request_id: { string: 'x' } }, 'request_id must be text, found an object'],
    [{ ...FOUR, priority: '1' }, 'priority must be an integer of 32 bits, found string "1"'],
    [{ ...FOUR, priority: 1.5 }, 'priority must be an integer of 32 bits, found number 1.5'],
    [
      { ...FOUR, requested_at: 'yesterday' },
      'requested_at must be milliseconds since the Unix epoch or RFC 3339 text, found string "yesterday"',
    ],
    [
      { ...FOUR, not_before: '2027-02-30T00:00:00Z' },
      'not_before must be milliseconds since the Unix epoch or RFC 3339 text, found string "2027-02-30T00:00:00Z"',
    ],
    [{ ...FOUR, tenant_id: undefined }, 'tenant_id must be text, found nothing'],
    [{ ...FOUR, tenant_id: null }, 'tenant_id must be text, found null'],
  ])('of a wrong type is refused, naming field and finding: %j', (json, text) => {
    expect(refusal(decodeJson(json))).toEqual({ code: 'INVALID_FIELD', text });
  });

  it.each(['', '{', 'null', '[]', '"text"', '{"a":1}x'])('is refused as malformed: %j', (text) => {
    expect(refusal(decodeJson(text)).code).toBe(text === '' ? 'EMPTY_VALUE' : 'MALFORMED');
  });

  it('must be UTF-8', () => {
    const value = Buffer.from([0x7b, 0xff, 0x7d]);
    expect(refusal(decode({ value, headers: { 'content-type': 'application/json' } })).text).toContain(
      'UTF-8',
    );
  });

  it('is not guessed: without its content type the sender is told what to do', () => {
    const reason = refusal(decode({ value: Buffer.from(JSON.stringify(FOUR)) }));
    expect(reason).toMatchObject({ code: 'MALFORMED' });
    expect(reason.text).toContain('content-type: application/json');
  });

  it('in a structured CloudEvent is refused by name', () => {
    expect(refusal(decodeJson({ data: FOUR }, 'application/cloudevents+json')).text).toContain('binary mode');
  });
});

describe('a refused request', () => {
  it('says what could be read of it, so that its tenant hears of it', () => {
    expect(decodeJson({ ...FOUR, request_id: 'r-9', priority: 'high' })).toMatchObject({
      ok: false,
      tenantId: 'chogar',
      partial: { requestId: 'r-9', routerId: 'edge-1', routerIp: '10.0.0.1', softwareVersion: '7.4.2' },
    });
    expect(decode({ value: Buffer.concat([avro(), Buffer.of(0)]) })).toEqual({
      ok: false,
      reason: { code: 'MALFORMED', text: 'the value is no Avro record: 1 bytes follow the record' },
      tenantId: 'chogar',
      partial: { requestId: 'r-1', routerId: 'edge-1', routerIp: '10.0.0.1', softwareVersion: '7.4.2' },
    });
  });

  it('passes on only text, and cuts it', () => {
    const result = decodeJson({ ...FOUR, tenant_id: 'x'.repeat(500), router_id: { evil: 1 }, priority: 'x' });
    expect(result).toMatchObject({ ok: false, tenantId: 'x'.repeat(128) });
    expect(result.ok || Object.keys(result.partial ?? {})).toEqual(['routerIp', 'softwareVersion']);
  });

  it.each([null, Buffer.alloc(0)])('has no value', (value) => {
    expect(refusal(decode({ value })).code).toBe('EMPTY_VALUE');
  });

  it('is larger than 64 KiB, headers and key included, and still names its tenant', () => {
    const headers = (bytes: number) => ({ filler: 'x'.repeat(bytes - 'filler'.length - 2) });
    const value = avro();
    const room = MAX_RECORD_BYTES - value.length - 'key'.length;
    expect(decode({ key: 'key', value, headers: headers(room) }).ok).toBe(true);
    expect(decode({ key: 'key', value, headers: headers(room + 1) })).toMatchObject({
      ok: false,
      reason: { code: 'OVERSIZE', text: 'the record has 65537 bytes, at most 65536 are taken' },
      tenantId: 'chogar',
    });
  });

  it('names a schema that is not known', () => {
    const value = avro();
    value.writeBigUInt64LE(0x0123456789abcdefn, 2);
    expect(refusal(decode({ value }))).toEqual({
      code: 'UNKNOWN_SCHEMA',
      text: 'the record names the schema with CRC-64-AVRO fingerprint 0123456789abcdef: not known here',
    });
    expect(refusal(decode({ value: Buffer.from([0, 0, 0, 0, 7, 1]) }))).toEqual({
      code: 'UNKNOWN_SCHEMA',
      text: 'the record names the schema id 7: there is no schema registry here',
    });
  });

  it('has times beyond what a number holds exactly', () => {
    const value = Buffer.concat([
      avro(FOUR).subarray(0, -6),
      Buffer.from('0002feffffffffffffffff0100' + '060000', 'hex'),
    ]);
    expect(refusal(decode({ value }))).toMatchObject({
      code: 'MALFORMED',
      text: expect.stringContaining('precision'),
    });
  });
});

describe('no bytes at all', () => {
  const headers = fc.constantFrom(
    {},
    { 'content-type': 'application/json' },
    { 'content-type': 'avro/binary' },
  );

  it('make the decoder throw: random ones', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), headers, (bytes, kind) => {
        expect(decode({ value: Buffer.from(bytes), headers: kind }).ok).toBe(false);
      }),
    );
  });

  it('make the decoder throw: a valid record cut short or with bytes changed', () => {
    const valid = avro();
    const change = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 3 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: valid.length }), change, (length, changes) => {
        const value = Buffer.from(valid.subarray(0, length));
        for (const [index, byte] of changes) if (index < length) value[index] = byte;
        const result = decode({ value });
        if (length < valid.length && changes.length === 0) expect(result.ok).toBe(false);
      }),
    );
  });
});
