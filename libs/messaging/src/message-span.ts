import { randomFillSync } from 'node:crypto';
import {
  type Attributes,
  type Context,
  context as activeContext,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import { parseTraceParent, type TraceHeaders, traceHeadersOf } from '@vecino/foundation';
import { endSpan } from './batch-span.js';
import { destinationOf, SYSTEM } from './message-metrics.js';

export interface MessageSpanOptions {
  readonly name: string;
  readonly operation: 'send' | 'process';
  readonly topic: string;
  readonly parent: TraceHeaders;
  /** Of work for many records at once, in which this one's is a part. */
  readonly batch?: SpanContext | undefined;
  readonly attributes?: Attributes;
}

/** A span of one record. */
export interface MessageSpan {
  /** What the record's descendants name as their parent. */
  readonly trace: TraceHeaders;
  set(attributes: Attributes): void;
  end(err?: unknown): void;
}

/** Starts the span of one record under the trace that its headers name, not under whatever is active. */
export function startMessageSpan(options: MessageSpanOptions): MessageSpan {
  const { name, operation, topic, parent, batch, attributes } = options;
  const context = propagation.extract(ROOT_CONTEXT, parent, defaultTextMapGetter);
  const span = trace.getTracer('vecino.messaging').startSpan(
    name,
    {
      kind: operation === 'send' ? SpanKind.PRODUCER : SpanKind.CONSUMER,
      attributes: {
        ...SYSTEM,
        'messaging.operation.name': operation,
        'messaging.operation.type': operation,
        'messaging.destination.name': topic,
        ...destinationOf(topic),
        ...attributes,
      },
      ...(batch && { links: [{ context: batch }] }),
    },
    context,
  );
  return {
    set: (more) => void span.setAttributes(more),
    trace: traceIn(trace.setSpan(context, span)),
    end: (err) => endSpan(span, err),
  };
}

/** The active span where it belongs to the trace of `parent`, so that a record hangs below the work that sends it; `parent` otherwise. */
export function nearestParent(parent: TraceHeaders): TraceHeaders {
  const { traceparent } = traceIn(activeContext.active());
  const sameTrace = traceparent !== undefined && traceIdOf({ traceparent }) === traceIdOf(parent);
  return sameTrace ? { ...parent, traceparent } : parent;
}

const traceIdOf = ({ traceparent }: TraceHeaders): string | undefined =>
  parseTraceParent(traceparent)?.traceId;

function traceIn(context: Context): TraceHeaders {
  const carrier: TraceHeaders = {};
  propagation.inject(context, carrier, defaultTextMapSetter);
  return traceHeadersOf(carrier);
}

const SAMPLED = '01';
const TRACE_ID_BYTES = 16;
const IDS_BYTES = TRACE_ID_BYTES + 8;
/** Asking for random bytes costs the same for a thousand traces as for one. */
const pool = Buffer.alloc(IDS_BYTES * 512);
let used = pool.length;

/** The root of a trace that nobody has started, so that what follows belongs together. */
export function freshTraceparent(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const ids = pool.toString('hex', used, (used += IDS_BYTES));
  return `00-${ids.slice(0, 2 * TRACE_ID_BYTES)}-${ids.slice(2 * TRACE_ID_BYTES)}-${SAMPLED}`;
}
