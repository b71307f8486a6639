import type { SpanContext } from '@opentelemetry/api';
import { type SourcePosition } from '@vecino/contracts';
import type { Reason, TraceHeaders } from '@vecino/foundation';
import { freshTraceparent, startMessageSpan } from '@vecino/messaging';
import { ATTRIBUTES, SPANS } from '@vecino/telemetry';
import type { Verdict } from './judge-record.js';

export interface ProcessSpan {
  /** What the deployment's spans name as their parent. Always there: every deployment has a trace. */
  readonly trace: TraceHeaders;
  end(verdict: Verdict): void;
}

/** One `process` span per record, under the trace of whoever produced it, with a link to that of the batch it came in. */
export interface ProcessTracer {
  start(position: SourcePosition, parent: TraceHeaders, batch?: SpanContext): ProcessSpan;
}

/** Where nothing is exported a span per record would only cost: the producer's trace goes on as it is. */
export const passTraceOn: ProcessTracer = {
  start: (_position, parent) => ({
    trace: parent.traceparent === undefined ? { traceparent: freshTraceparent() } : parent,
    end: () => {},
  }),
};

export const traceRecords: ProcessTracer = {
  start: ({ topic, partition, offset }, parent, batch) => {
    const span = startMessageSpan({
      name: SPANS.ingestProcess,
      operation: 'process',
      topic,
      parent,
      batch,
      attributes: {
        'messaging.destination.partition.id': String(partition),
        'messaging.kafka.offset': Number(offset),
      },
    });
    return {
      trace: span.trace,
      end: (verdict) => {
        span.set(attributesOf(verdict));
        span.end(verdict.kind === 'accepted' ? undefined : verdict.reason.text);
      },
    };
  },
};

function attributesOf(verdict: Verdict): Record<string, string> {
  switch (verdict.kind) {
    case 'accepted':
      return itemAttributes(verdict);
    case 'refused':
      return { ...itemAttributes(verdict), ...refusalAttributes(verdict.reason) };
    case 'undeliverable':
      return refusalAttributes(verdict.reason);
  }
}

const itemAttributes = ({ tenant, item }: Exclude<Verdict, { kind: 'undeliverable' }>) => ({
  [ATTRIBUTES.tenantId]: tenant.id,
  [ATTRIBUTES.deploymentId]: item.deploymentId,
  [ATTRIBUTES.routerId]: item.routerId,
});

const refusalAttributes = ({ code }: Reason) => ({ [ATTRIBUTES.reasonCode]: code, 'error.type': code });
