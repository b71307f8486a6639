import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import { type TraceHeaders, traceHeadersOf } from '@vecino/foundation';

/** Temporal's header in which the interceptors of all its SDKs carry the trace. */
export const TRACE_HEADER = '_tracer-data';

export function traceOfHeaders(headers: Headers): TraceHeaders {
  const payload = headers[TRACE_HEADER];
  if (payload === undefined || payload === null) return {};
  return traceHeadersOf(defaultPayloadConverter.fromPayload<TraceHeaders | null>(payload) ?? {});
}

export const withTrace = (headers: Headers, trace: TraceHeaders): Headers =>
  trace.traceparent === undefined
    ? headers
    : { ...headers, [TRACE_HEADER]: defaultPayloadConverter.toPayload(trace) };
