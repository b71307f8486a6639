import { type RecordTrace, type SourcePosition } from '@vecino/contracts';
import { freshTraceparent, startMessageSpan } from '@vecino/messaging';
import { ATTRIBUTES, SPANS } from '@vecino/telemetry';
import type { Verdict } from './judge-record.js';

export interface ProcessSpan {
  /** What the deployment's spans name as their parent. Always there: every deployment has a trace. */
  readonly trace: RecordTrace;
  end(verdict: Verdict): void;
}

/** One `process` span per record, under the trace of whoever produced it. */
export interface ProcessTracer {
  start(position: SourcePosition, parent: RecordTrace): ProcessSpan;
}

/** Where nothing is exported a span per record would only cost: the producer's trace goes on as it is. */
export const passTraceOn: ProcessTracer = {
  start: (_position, parent) => ({
    trace: parent.traceparent === undefined ? { traceparent: freshTraceparent() } : parent,
    end: () => {},
  }),
};

export const traceRecords: ProcessTracer = {
  start: ({ topic, partition, offset }, parent) => {
    const span = startMessageSpan({
      name: SPANS.ingestProcess,
      operation: 'process',
      topic,
      parent,
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
      return {
        [ATTRIBUTES.tenantId]: verdict.tenant.id,
        [ATTRIBUTES.deploymentId]: verdict.item.deploymentId,
        [ATTRIBUTES.routerId]: verdict.item.routerId,
      };
    case 'refused':
      return { [ATTRIBUTES.tenantId]: verdict.tenant.id, [ATTRIBUTES.reasonCode]: verdict.reason.code };
    case 'undeliverable':
      return { [ATTRIBUTES.reasonCode]: verdict.reason.code };
  }
}
