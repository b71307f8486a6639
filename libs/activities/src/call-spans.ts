import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { CallHooks, CallRecord } from '@vecino/gnoi';
import { ATTRIBUTES } from '@vecino/telemetry';
import { callAttributes } from './call-outcome.js';
import type { DialledRouter } from './device-connector.js';

interface Run {
  /** The last that came out like the one whose span was written. */
  last: CallRecord;
  repeats: number;
}

/**
 * One client span for each call to a router, below the activity's. A step that asks again and again writes the first of those
 * that come out the same and, once another outcome comes or the step ends, the last with the number of them. Nothing of the
 * trace is sent to the router.
 */
export class CallSpans {
  readonly #router: Pick<DialledRouter, 'address' | 'port'>;
  readonly #runs = new Map<string, Run>();
  readonly #parent = context.active();

  /** To be made where the activity's span is active. */
  constructor(router: Pick<DialledRouter, 'address' | 'port'>) {
    this.#router = router;
  }

  /** The same hooks, and each call leaves its span. */
  tracing(hooks: CallHooks): CallHooks {
    return {
      ...hooks,
      observer: (record) => {
        this.#see(record);
        hooks.observer?.(record);
      },
    };
  }

  close(): void {
    for (const call of [...this.#runs.keys()]) this.#endRun(call);
  }

  #see(record: CallRecord): void {
    const run = this.#runs.get(record.call);
    if (run?.last.outcome === record.outcome) {
      run.last = record;
      run.repeats += 1;
      return;
    }
    this.#endRun(record.call);
    this.#write(record);
    this.#runs.set(record.call, { last: record, repeats: 0 });
  }

  #endRun(call: string): void {
    const run = this.#runs.get(call);
    this.#runs.delete(call);
    if (run !== undefined && run.repeats > 0) this.#write(run.last, run.repeats);
  }

  #write({ call, outcome, startedAt, ms, detail }: CallRecord, repeats?: number): void {
    const { address, port } = this.#router;
    const came = callAttributes(outcome);
    const span = trace.getTracer('vecino.activities').startSpan(
      call,
      {
        kind: SpanKind.CLIENT,
        startTime: startedAt,
        attributes: {
          'rpc.system.name': 'grpc',
          'rpc.method': call,
          ...came,
          'server.address': address,
          'server.port': port,
          [ATTRIBUTES.callOutcome]: outcome,
          ...(repeats !== undefined && { [ATTRIBUTES.callRepeats]: repeats }),
        },
      },
      this.#parent,
    );
    if (came['error.type'] !== undefined)
      span.setStatus({ code: SpanStatusCode.ERROR, message: String(detail['message'] ?? outcome) });
    span.end(startedAt + ms);
  }
}
