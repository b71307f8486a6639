import { context, propagation, ROOT_CONTEXT, type TextMapGetter } from '@opentelemetry/api';
import type { TraceHeaders } from '@vecino/foundation';

const getter: TextMapGetter<TraceHeaders> = {
  get: (carrier, key) => (key === 'traceparent' || key === 'tracestate' ? carrier[key] : undefined),
  keys: () => ['traceparent', 'tracestate'],
};

/** Runs `start` within the trace of one request, so that what the gate starts for it joins that trace and no other. */
export const inRequestTrace = <T>(carrier: TraceHeaders, start: () => Promise<T>): Promise<T> =>
  context.with(propagation.extract(ROOT_CONTEXT, carrier, getter), start);

/** Runs `start` outside of every trace: the gate's own life belongs to no request. */
export const outsideTraces = <T>(start: () => Promise<T>): Promise<T> => context.with(ROOT_CONTEXT, start);
