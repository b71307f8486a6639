/** A Kafka record's headers as kafkajs gives them: a repeated header is an array. */
export type RecordHeaders = Readonly<Record<string, HeaderValue | undefined>>;
export type HeaderValue = Buffer | string | (Buffer | string)[];

/** Text of the first header of that name, whatever the case of its letters; undefined where there is none. */
export function headerText(headers: RecordHeaders, name: string): string | undefined {
  const value = headers[name] ?? valueIgnoringCase(headers, name);
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first : first?.toString('utf8');
}

function valueIgnoringCase(headers: RecordHeaders, name: string): HeaderValue | undefined {
  for (const key in headers) {
    if (key.length === name.length && key.toLowerCase() === name) return headers[key];
  }
  return undefined;
}

/** Bytes that the headers take in a record, names included. */
export function headerBytes(headers: RecordHeaders): number {
  let bytes = 0;
  for (const name in headers) {
    const value = headers[name];
    for (const one of Array.isArray(value) ? value : [value]) {
      bytes += Buffer.byteLength(name) + (one === undefined || one === null ? 0 : Buffer.byteLength(one));
    }
  }
  return bytes;
}

/** W3C trace context of a record, as far as it is well-formed. */
export interface RecordTrace {
  readonly traceparent?: string;
  readonly tracestate?: string;
}

const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const MAX_TRACESTATE_CHARACTERS = 512;

/** A malformed `traceparent` counts as none, and `tracestate` means nothing without it (W3C Trace Context, section 3). */
export function traceOf(headers: RecordHeaders): RecordTrace {
  const traceparent = headerText(headers, 'traceparent');
  if (traceparent === undefined || !TRACEPARENT.test(traceparent)) return {};
  const tracestate = headerText(headers, 'tracestate');
  return tracestate === undefined || tracestate.length > MAX_TRACESTATE_CHARACTERS
    ? { traceparent }
    : { traceparent, tracestate };
}
