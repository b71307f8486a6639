import type { TraceHeaders } from './trace-headers.js';

/** As a line of a log names it; nothing where the headers name none. The span is the one below which the work lies. */
export interface TraceFields {
  readonly trace_id?: string;
  readonly span_id?: string;
}

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-/;

export function traceFields({ traceparent }: TraceHeaders): TraceFields {
  const [, traceId, spanId] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  return traceId === undefined || spanId === undefined ? {} : { trace_id: traceId, span_id: spanId };
}
