import { context, propagation, ROOT_CONTEXT, SpanKind, trace, TraceFlags } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { recordSpans } from '@vecino/testing/recorded-spans';
import { freshTraceparent, nearestParent, startMessageSpan } from './message-span.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const parent = { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01`, tracestate: 'vendor=1' };
let exported: ReturnType<typeof recordSpans>;

const start = (given: typeof parent | Record<string, never>) =>
  startMessageSpan({ name: 'send x', operation: 'send', topic: 'x', parent: given, attributes: { own: 1 } });

test('without a tracer the trace goes on as it came', () => {
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  expect(start(parent).trace).toEqual(parent);
  expect(start({}).trace).toEqual({});
});

describe('with a tracer', () => {
  beforeAll(() => {
    exported = recordSpans();
  });
  beforeEach(() => exported.reset());

  test("the span is the record's child, and what follows is the span's", () => {
    const span = start(parent);
    span.set({ more: 'yes' });
    span.end();
    const [seen] = exported.getFinishedSpans();
    expect(seen).toMatchObject({
      parentSpanId: 'b7ad6b7169203331',
      kind: SpanKind.PRODUCER,
      attributes: {
        own: 1,
        more: 'yes',
        'messaging.system': 'kafka',
        'messaging.operation.type': 'send',
        'messaging.destination.name': 'x',
      },
    });
    expect(span.trace).toEqual({
      traceparent: `00-${TRACE_ID}-${seen?.spanContext().spanId}-01`,
      tracestate: 'vendor=1',
    });
  });

  test('a record without a trace begins one', () => {
    expect(start({}).trace.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  test('a failure is in the span', () => {
    start(parent).end(new Error('no broker'));
    expect(exported.getFinishedSpans()[0]?.status).toMatchObject({ message: 'Error: no broker' });
  });
});

describe('the nearest parent of a record', () => {
  const spanId = '00f067aa0ba902b7';
  const within = (traceId: string) => {
    const active = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: TraceFlags.SAMPLED });
    jest.spyOn(context, 'active').mockReturnValue(active);
  };
  afterEach(() => jest.restoreAllMocks());

  test('is the active span of the same trace', () => {
    within(TRACE_ID);
    expect(nearestParent(parent)).toEqual({
      traceparent: `00-${TRACE_ID}-${spanId}-01`,
      tracestate: 'vendor=1',
    });
  });

  test('is never a span of another trace', () => {
    within('4bf92f3577b34da6a3ce929d0e0e4736');
    expect(nearestParent(parent)).toEqual(parent);
    expect(nearestParent({})).toEqual({});
  });
});

test('fresh traces are well-formed and never repeat', () => {
  const fresh = Array.from({ length: 2_000 }, freshTraceparent);
  expect(fresh.every((one) => /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/.test(one))).toBe(true);
  expect(new Set(fresh.map((one) => one.slice(3, 35))).size).toBe(2_000);
});
