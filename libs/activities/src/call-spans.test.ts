import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type { CallRecord } from '@vecino/gnoi';
import { recordSpans } from '@vecino/testing/recorded-spans';
import { CallSpans } from './call-spans.js';

let exported: ReturnType<typeof recordSpans>;
/** Small numbers would be taken for times since the process began. */
const EPOCH_S = 1_700_000_000;

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  exported = recordSpans();
});
beforeEach(() => exported.reset());

const record = (outcome: string, startedAt: number, more: Partial<CallRecord> = {}): CallRecord => ({
  call: 'gnoi.system.System/Time',
  startedAt: EPOCH_S * 1_000 + startedAt,
  ms: 5,
  outcome,
  detail: {},
  ...more,
});

/** The spans that calls leave which come out like this, one after another. */
function spansOf(records: readonly CallRecord[]) {
  const seen: CallRecord[] = [];
  const activity = trace.getTracer('test').startSpan('RunActivity:waitUp');
  context.with(trace.setSpan(context.active(), activity), () => {
    const spans = new CallSpans({ address: '10.0.0.1', port: 9339 });
    const { observer } = spans.tracing({ observer: (one) => seen.push(one) });
    for (const one of records) observer?.(one);
    spans.close();
  });
  expect(seen).toEqual(records);
  const finished = exported.getFinishedSpans();
  for (const { parentSpanId } of finished) expect(parentSpanId).toBe(activity.spanContext().spanId);
  return finished;
}

const timesOf = (spans: ReturnType<typeof spansOf>) =>
  spans.map(({ startTime: [seconds, nanos], attributes }) => [
    (seconds - EPOCH_S) * 1_000 + nanos / 1e6,
    attributes['vecino.call.outcome'],
    attributes['vecino.call.repeats'],
  ]);

test('a call is a client span with when it was, whom it asked, and what came of it', () => {
  const [span] = spansOf([record('answer', 1_000)]);
  expect(span).toMatchObject({
    name: 'gnoi.system.System/Time',
    kind: SpanKind.CLIENT,
    startTime: [EPOCH_S + 1, 0],
    endTime: [EPOCH_S + 1, 5_000_000],
    status: { code: SpanStatusCode.UNSET },
    attributes: {
      'rpc.system.name': 'grpc',
      'rpc.method': 'gnoi.system.System/Time',
      'rpc.response.status_code': 'OK',
      'server.address': '10.0.0.1',
      'server.port': 9339,
      'vecino.call.outcome': 'answer',
    },
  });
  expect(span?.attributes).not.toHaveProperty('error.type');
});

test.each([
  ['UNAVAILABLE', 'UNAVAILABLE', 'gone'],
  ['install-error', 'OK', 'gone'],
  ['identity-mismatch', undefined, 'gone'],
  ['stalled', undefined, 'gone'],
])('%s is a failure of the call', (outcome, status, message) => {
  const [span] = spansOf([record(outcome, 1_000, { detail: { message } })]);
  expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message });
  expect(span?.attributes['rpc.response.status_code']).toBe(status);
  expect(span?.attributes).toMatchObject({
    'error.type': outcome,
    'vecino.call.outcome': outcome,
  });
});

test('of calls that come out the same, the first and the last are written', () => {
  const away = [1_000, 2_000, 3_000, 4_000].map((at) => record('UNAVAILABLE', at));
  expect(timesOf(spansOf([record('answer', 0), ...away, record('answer', 5_000)]))).toEqual([
    [0, 'answer', undefined],
    [1_000, 'UNAVAILABLE', undefined],
    [4_000, 'UNAVAILABLE', 3],
    [5_000, 'answer', undefined],
  ]);
});

test('what repeats when the step ends is not lost, and each method has its own', () => {
  const other = record('answer', 1_500, { call: 'gnoi.os.OS/Verify' });
  expect(timesOf(spansOf([record('answer', 1_000), other, record('answer', 2_000)]))).toEqual([
    [1_000, 'answer', undefined],
    [1_500, 'answer', undefined],
    [2_000, 'answer', 1],
  ]);
});
