import {
  extractContextFromHeaders,
  headersWithContext,
  TRACE_HEADER as LIBRARYS,
} from '@temporalio/interceptors-opentelemetry/lib/instrumentation';
import { context, propagation, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TRACE_HEADER, traceOfHeaders, withTrace } from './trace-header.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const traced = { traceparent: `00-${traceId}-${spanId}-01`, tracestate: 'vendor=1' };

beforeAll(() => {
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});

test('what we write, the interceptors of activities and clients read', () => {
  expect(TRACE_HEADER).toBe(LIBRARYS);
  const read = extractContextFromHeaders(withTrace({}, traced));
  expect(read && trace.getSpanContext(read)).toMatchObject({
    traceId,
    spanId,
    traceFlags: 1,
    isRemote: true,
  });
  expect(read && trace.getSpanContext(read)?.traceState?.get('vendor')).toBe('1');
});

test('what they write, we read', () => {
  const span = trace.wrapSpanContext({ traceId, spanId, traceFlags: 1 });
  const headers = context.with(trace.setSpan(context.active(), span), () => headersWithContext({}));
  expect(traceOfHeaders(headers)).toEqual({ traceparent: traced.traceparent });
});

test('nothing is written where there is no trace, and other headers stay', () => {
  const other = withTrace({}, traced)[TRACE_HEADER];
  const headers = { ...(other && { other }) };
  expect(withTrace(headers, {})).toBe(headers);
  expect(Object.keys(withTrace(headers, traced))).toEqual(['other', TRACE_HEADER]);
});

test('without the header, and with an empty one, there is no trace', () => {
  expect(traceOfHeaders({})).toEqual({});
  expect(traceOfHeaders(context.with(context.active(), () => headersWithContext({})))).toEqual({});
});
