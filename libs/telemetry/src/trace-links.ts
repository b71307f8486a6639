import {
  defaultTextMapGetter,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type SpanContext,
  trace,
} from '@opentelemetry/api';
import type { TraceHeaders } from '@vecino/foundation';

/** OpenTelemetry's default limit of links in a span. */
const MAX_LINKS = 128;

/** Links to each of the traces, once each and to the first 128: for work that is done for many at once and is no one's child. */
export function linksTo(traces: Iterable<TraceHeaders>): Link[] {
  const seen = new Set<string>();
  const links: Link[] = [];
  for (const headers of traces) {
    const { traceparent } = headers;
    if (traceparent === undefined || seen.has(traceparent)) continue;
    seen.add(traceparent);
    const context = spanContextOf(headers);
    if (context === undefined) continue;
    links.push({ context });
    if (links.length === MAX_LINKS) break;
  }
  return links;
}

/** Undefined where the headers name no trace. */
const spanContextOf = (headers: TraceHeaders): SpanContext | undefined =>
  trace.getSpanContext(propagation.extract(ROOT_CONTEXT, headers, defaultTextMapGetter));
