import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { ApplicationFailure } from '@temporalio/common';
import { parseTraceParent } from '@vecino/foundation';
import { runSpan, type TracedRun, traceOfRun } from './run-span.js';

const parent = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', sampled: true };
const run: TracedRun = {
  workflowType: 'NetworkDeploymentWorkflow',
  runId: '0198c2a4-5b6e-7c1d-9a2b-3c4d5e6f7a8b',
  parent,
  tracestate: 'vendor=1',
  startedAt: 1_700_000_000_250,
};

test('what a run asks for lies below its span, which is below that of its request', () => {
  const span = runSpan(run, { kind: 'returned' }, 1_700_000_061_750);
  expect(span).toMatchObject({
    name: 'RunWorkflow:NetworkDeploymentWorkflow',
    kind: SpanKind.INTERNAL,
    parentSpanId: parent.spanId,
    startTime: [1_700_000_000, 250_000_000],
    endTime: [1_700_000_061, 750_000_000],
    duration: [61, 500_000_000],
    status: { code: SpanStatusCode.OK },
    events: [],
    ended: true,
  });
  const { traceparent, tracestate } = traceOfRun(run);
  expect(tracestate).toBe('vendor=1');
  expect(parseTraceParent(traceparent)).toEqual({
    traceId: parent.traceId,
    spanId: span.spanContext.spanId,
    sampled: true,
  });
  expect(span.spanContext).toEqual({
    traceId: parent.traceId,
    spanId: '9a2b3c4d5e6f7a8b',
    traceFlags: 1,
    traceState: 'vendor=1',
  });
});

test('a request that is not sampled stays so: there is no span that could be named', () => {
  const unsampled = { ...run, parent: { ...parent, sampled: false }, tracestate: undefined };
  expect(traceOfRun(unsampled)).toEqual({ traceparent: `00-${parent.traceId}-${parent.spanId}-00` });
});

test('each run has a span of its own', () => {
  const other = { ...run, runId: '0198c2a4-5b6e-7c1d-8a2b-3c4d5e6f7a8b' };
  expect(traceOfRun(other)).not.toEqual(traceOfRun(run));
});

test('what a run throws is told with the span', () => {
  const error = ApplicationFailure.nonRetryable('the router is gone', 'DeviceUnreachable');
  const span = runSpan(run, { kind: 'threw', error }, run.startedAt + 1_000);
  expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'the router is gone' });
  expect(span.events).toEqual([
    {
      name: 'exception',
      time: [1_700_000_001, 250_000_000],
      attributes: {
        'exception.type': 'ApplicationFailure',
        'exception.message': 'the router is gone',
        'exception.stacktrace': expect.stringContaining('the router is gone') as string,
      },
    },
  ]);
  expect(runSpan(run, { kind: 'threw', error: 'a text' }, run.startedAt).status.message).toBe('a text');
});

test.each([
  ['again', { kind: 'again' } as const, SpanStatusCode.OK],
  [
    'benign',
    { kind: 'threw', error: ApplicationFailure.create({ message: 'as usual', category: 'BENIGN' }) } as const,
    SpanStatusCode.UNSET,
  ],
])('%s is no error', (_, end, code) => {
  expect(runSpan(run, end, run.startedAt).status.code).toBe(code);
});
