import fc from 'fast-check';
import { createAvroCodec } from './avro-codec.js';
import { commandCodec } from './deployment-command.js';
import { DEPLOYMENT_COMMAND_SCHEMA, type DeploymentCommandInit } from './gen/deployment-command.js';
import { RELEASED_SCHEMAS } from './gen/released-schemas.js';
import {
  createCommandDecoder,
  encodeCommand,
  validateCommand,
  type CommandDecodeResult,
  type DeploymentCommand,
  type EncodedRecord,
} from './index.js';
import { createRequestDecoder } from './deployment-request.js';
import { MAX_RECORD_BYTES } from './record-decoder.js';

const CANCEL = {
  command_id: 'c-1',
  tenant_id: 'chogar',
  deployment_id: 'r-1',
  action: 'CANCEL',
  requested_by: 'María',
  requested_at: 1_764_000_000_000,
} as const;
const FEW = { command_id: 'c-1', tenant_id: 'chogar', deployment_id: 'r-1', action: 'CANCEL' } as const;
const FILLED = { ...FEW, requested_by: null, requested_at: null };

const decoder = createCommandDecoder();
const decode = (record: EncodedRecord): CommandDecodeResult => {
  const result = decoder.decode(record);
  if (result instanceof Promise) throw new Error('decoded later, not in the same tick');
  return result;
};
const JSON_HEADERS = { 'content-type': 'application/json' };
const decodeJson = (json: unknown) =>
  decode({ value: Buffer.from(JSON.stringify(json)), headers: JSON_HEADERS });
const avro = (command: Parameters<typeof encodeCommand>[0] = CANCEL) =>
  encodeCommand(command, { kind: 'single-object' }).value;
const commandOf = (result: CommandDecodeResult): DeploymentCommand => {
  if (!result.ok) throw new Error(result.reason.text);
  return result.command;
};

describe('a command', () => {
  it.each(['single-object', 'json'] as const)('comes back as it was written as %s', (kind) => {
    expect(decode(encodeCommand(CANCEL, { kind }))).toEqual({ ok: true, command: CANCEL });
    expect(decode(encodeCommand(FEW, { kind }))).toEqual({ ok: true, command: FILLED });
  });

  it.each([
    ['without a value', { value: null }, 'EMPTY_VALUE'],
    ['that is not framed', { value: Buffer.from('{}') }, 'MALFORMED'],
    ['that is no JSON', { value: Buffer.from('{'), headers: JSON_HEADERS }, 'MALFORMED'],
    ['cut short', { value: avro().subarray(0, -1) }, 'MALFORMED'],
    ['with something after it', { value: Buffer.concat([avro(), Buffer.of(0)]) }, 'MALFORMED'],
    [
      'of an unknown schema',
      { value: Buffer.concat([Buffer.of(0xc3, 1), Buffer.alloc(8)]) },
      'UNKNOWN_SCHEMA',
    ],
    ['of a schema id without a registry', { value: Buffer.from([0, 0, 0, 0, 7, 1]) }, 'UNKNOWN_SCHEMA'],
    [
      'with text for a time',
      { value: Buffer.from('{"requested_at":"x"}'), headers: JSON_HEADERS },
      'INVALID_FIELD',
    ],
    ['that is too big', { value: avro(), headers: { big: Buffer.alloc(MAX_RECORD_BYTES) } }, 'OVERSIZE'],
  ] as const)('%s is refused', (_name, record: EncodedRecord, code) => {
    expect(decode(record)).toMatchObject({ ok: false, reason: { code } });
  });

  it('that is refused says what could be read of it', () => {
    expect(decodeJson({ ...CANCEL, requested_by: 7 })).toMatchObject({
      ok: false,
      tenantId: 'chogar',
      partial: { commandId: 'c-1', deploymentId: 'r-1' },
    });
  });

  it('is never taken for a request, nor a request for it', () => {
    expect(createRequestDecoder().decode({ value: avro() })).toMatchObject({
      ok: false,
      reason: { code: 'UNKNOWN_SCHEMA' },
    });
  });

  it('never makes the decoder throw, whatever its bytes', () => {
    const headers = fc.constantFrom({}, JSON_HEADERS);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), headers, (bytes, kind) => {
        expect(decode({ value: Buffer.from(bytes), headers: kind }).ok).toBe(false);
      }),
    );
  });
});

describe('validateCommand', () => {
  it('takes a cancel, with and without its extras', () => {
    expect(validateCommand(CANCEL)).toBeUndefined();
    expect(validateCommand(FILLED)).toBeUndefined();
  });

  it('takes an unlock, which a reader of before it sees as no known action', () => {
    const unlock = { ...CANCEL, action: 'UNLOCK' } as const;
    expect(validateCommand(unlock)).toBeUndefined();
    expect(decode(encodeCommand(unlock, { kind: 'single-object' }))).toEqual({ ok: true, command: unlock });
    const before = RELEASED_SCHEMAS.find(({ name }) => name === 'DeploymentCommand')!;
    const olderReader = createAvroCodec<DeploymentCommand, DeploymentCommandInit>(before);
    const seen = olderReader.readerFor(DEPLOYMENT_COMMAND_SCHEMA)?.(commandCodec.write(unlock));
    expect(seen).toMatchObject({ ok: true, value: { action: 'UNKNOWN' } });
  });

  it.each<[keyof DeploymentCommand, unknown]>([
    ['command_id', ''],
    ['command_id', '../c'],
    ['tenant_id', 'Chogar'],
    ['deployment_id', 'a b'],
    ['deployment_id', 'x'.repeat(129)],
    ['action', 'UNKNOWN'],
    ['requested_by', 'line\nbreak'],
    ['requested_at', 1_764_000_000],
  ])('refuses %s %j and names the field', (field, value) => {
    const reason = validateCommand({ ...CANCEL, [field]: value });
    expect(reason?.code).toBe('INVALID_FIELD');
    expect(reason?.text).toMatch(new RegExp(`^${field} must .+, found `));
  });

  it.each([
    { ...FEW, action: undefined },
    { ...FEW, action: 'REBOOT' },
  ])('refuses an action that is missing, or that a newer producer knows: %j', (json) => {
    expect(validateCommand(commandOf(decodeJson(json)))?.text).toBe(
      'action must be CANCEL or UNLOCK, found "UNKNOWN"',
    );
  });
});
