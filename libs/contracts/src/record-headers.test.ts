import { deadLetterHeaders, headerText, traceOf } from './index.js';
import { headerBytes, headerCount } from './record-headers.js';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('headerText', () => {
  it('finds a header by name, whatever its case, its form and its repetitions', () => {
    expect(headerText({ 'content-type': Buffer.from('a') }, 'content-type')).toBe('a');
    expect(headerText({ 'Content-Type': 'b' }, 'content-type')).toBe('b');
    expect(headerText({ 'content-type': ['c', Buffer.from('d')] }, 'content-type')).toBe('c');
    expect(headerText({ other: 'e', 'content-type': undefined }, 'content-type')).toBeUndefined();
  });
});

describe('headerBytes', () => {
  it('counts names and values, repeated ones too, and a byte for the length of each', () => {
    const headers = { a: 'ñ', bc: [Buffer.alloc(3), ''], none: undefined };
    expect(headerBytes(headers)).toBe(1 + 2 + (2 + 3) + 2 + 3 * 2);
    expect(headerCount(headers)).toBe(3);
  });

  it('counts headers that have neither name nor value', () => {
    expect(headerBytes({ '': Array.from({ length: 100_000 }, () => Buffer.alloc(0)) })).toBe(200_000);
  });
});

describe('traceOf', () => {
  it('reads W3C trace context', () => {
    const headers = { traceparent: Buffer.from(TRACEPARENT), tracestate: 'vendor=1' };
    expect(traceOf(headers)).toEqual({ traceparent: TRACEPARENT, tracestate: 'vendor=1' });
    expect(traceOf({ traceparent: TRACEPARENT })).toEqual({ traceparent: TRACEPARENT });
  });

  it.each([
    '',
    'x',
    TRACEPARENT.toUpperCase(),
    TRACEPARENT.replace(/-b7.*-/, '-0000000000000000-'),
    TRACEPARENT.replace('00-', 'ff-'),
    `${TRACEPARENT}\n`,
  ])('takes %j for none', (traceparent) => expect(traceOf({ traceparent, tracestate: 'a=b' })).toEqual({}));

  it('drops a state beyond 512 characters', () => {
    expect(traceOf({ traceparent: TRACEPARENT, tracestate: 'x'.repeat(513) })).toEqual({
      traceparent: TRACEPARENT,
    });
  });
});

describe('deadLetterHeaders', () => {
  const cause = {
    code: 'MALFORMED',
    text: 'the value is no Avro record',
    topic: 'deployment-requests',
    partition: 3,
    offset: '42',
    timestamp: 1_764_000_000_000,
  } as const;

  it("keeps the original's headers byte for byte and adds the truth", () => {
    const bytes = Buffer.from([0xff, 0x00, 0xfe]);
    const headers = deadLetterHeaders(
      { ce_id: 'x', raw: bytes, twice: [bytes, 'b'], traceparent: TRACEPARENT },
      cause,
    );
    expect(headers['raw']).toBe(bytes);
    expect(headers).toEqual({
      ce_id: 'x',
      raw: bytes,
      twice: [bytes, 'b'],
      traceparent: TRACEPARENT,
      '__connect.errors.topic': 'deployment-requests',
      '__connect.errors.partition': '3',
      '__connect.errors.offset': '42',
      '__connect.errors.timestamp': '1764000000000',
      '__connect.errors.connector.name': 'vecino',
      '__connect.errors.stage': 'VALUE_CONVERTER',
      '__connect.errors.exception.class.name': 'MALFORMED',
      '__connect.errors.exception.message': 'the value is no Avro record',
    });
  });

  it('removes forged error headers, also those that are not overwritten', () => {
    const forged = {
      '__connect.errors.topic': 'other',
      '__connect.errors.exception.stacktrace': 'forged',
      '__CONNECT.errors.task.id': '1',
    };
    const headers = deadLetterHeaders(forged, cause);
    expect(headers).toEqual(deadLetterHeaders(undefined, cause));
    expect(headers['__connect.errors.topic']).toBe('deployment-requests');
  });

  it('says why without secrets', () => {
    const text = 'the schema cannot be read from https://ana:hunter2@registry';
    expect(deadLetterHeaders({}, { ...cause, text })['__connect.errors.exception.message']).toBe(
      'the schema cannot be read from https://[redacted]@registry',
    );
  });

  it('adds less than the dead-letter topic has room for', () => {
    const added = deadLetterHeaders({}, { ...cause, text: 'x'.repeat(1_000_000), topic: 't'.repeat(249) });
    expect(headerBytes(added)).toBeLessThan(4_096);
  });
});
