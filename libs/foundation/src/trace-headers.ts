/**
 * W3C Trace Context as the headers of a record have it, and as it travels with what the record asks for. What there is none of is
 * left out, never undefined; `tracestate` means nothing without `traceparent`.
 */
export interface TraceHeaders {
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/** The trace of whatever carries one, and nothing else of it. */
export const traceHeadersOf = ({ traceparent, tracestate }: TraceHeaders): TraceHeaders => ({
  ...(traceparent !== undefined && { traceparent }),
  ...(tracestate !== undefined && { tracestate }),
});
