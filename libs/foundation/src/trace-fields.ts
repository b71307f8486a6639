import type { TraceHeaders } from './trace-headers.js';
import { parseTraceParent } from './trace-parent.js';

/** As a line of a log names it; nothing where the headers name none. The span is the one below which the work lies. */
export interface TraceFields {
  readonly trace_id?: string;
  readonly span_id?: string;
}

export function traceFields({ traceparent }: TraceHeaders): TraceFields {
  const parent = parseTraceParent(traceparent);
  return parent === undefined ? {} : { trace_id: parent.traceId, span_id: parent.spanId };
}
