import { parseTraceParent, type TraceHeaders } from '@vecino/foundation';

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

/** In a record each header has at least a byte for each of its lengths, so that not even empty ones come for nothing. */
const HEADER_LENGTHS_BYTES = 2;

/** Bytes that the headers take in a record, names included. */
export function headerBytes(headers: RecordHeaders): number {
  let bytes = 0;
  for (const name in headers) {
    const value = headers[name];
    const each = Buffer.byteLength(name) + HEADER_LENGTHS_BYTES;
    if (Array.isArray(value)) for (const one of value) bytes += each + Buffer.byteLength(one ?? '');
    else if (value !== undefined) bytes += each + Buffer.byteLength(value ?? '');
  }
  return bytes;
}

/** How many headers there are, each value of a repeated one by itself. */
export function headerCount(headers: RecordHeaders): number {
  let count = 0;
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) count += Array.isArray(value) ? value.length : 1;
  }
  return count;
}

const MAX_TRACESTATE_CHARACTERS = 512;

/**
 * The trace of a record, as far as it is well-formed: a malformed `traceparent` counts as none, and `tracestate` means nothing
 * without it (W3C Trace Context, section 3).
 */
export function traceOf(headers: RecordHeaders): TraceHeaders {
  const traceparent = headerText(headers, 'traceparent');
  if (traceparent === undefined || parseTraceParent(traceparent) === undefined) return {};
  const tracestate = headerText(headers, 'tracestate');
  return tracestate === undefined || tracestate.length > MAX_TRACESTATE_CHARACTERS
    ? { traceparent }
    : { traceparent, tracestate };
}
