import { propagation, SpanKind, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { freshTraceparent, startMessageSpan } from './message-span.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const parent = { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01`, tracestate: 'vendor=1' };
const exported = new InMemorySpanExporter();

const start = (given: typeof parent | Record<string, never>) =>
  startMessageSpan({ name: 'send x', operation: 'send', topic: 'x', parent: given, attributes: { own: 1 } });

test('without a tracer the trace goes on as it came', () => {
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  expect(start(parent).trace).toEqual(parent);
  expect(start({}).trace).toEqual({});
});

describe('with a tracer', () => {
  beforeAll(() => {
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exported)] });
    trace.setGlobalTracerProvider(provider);
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

test('fresh traces are well-formed and never repeat', () => {
  const fresh = Array.from({ length: 2_000 }, freshTraceparent);
  expect(fresh.every((one) => /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/.test(one))).toBe(true);
  expect(new Set(fresh.map((one) => one.slice(3, 35))).size).toBe(2_000);
});
