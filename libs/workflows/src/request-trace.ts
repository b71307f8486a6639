import { context, propagation, ROOT_CONTEXT, type TextMapGetter } from '@opentelemetry/api';

export interface TraceCarrier {
  readonly traceparent?: string;
  readonly tracestate?: string;
}

const getter: TextMapGetter<TraceCarrier> = {
  get: (carrier, key) => (key === 'traceparent' || key === 'tracestate' ? carrier[key] : undefined),
  keys: () => ['traceparent', 'tracestate'],
};

/** Runs `start` within the trace of one request, so that what the gate starts for it joins that trace and no other. */
export const inRequestTrace = <T>(carrier: TraceCarrier, start: () => Promise<T>): Promise<T> =>
  context.with(propagation.extract(ROOT_CONTEXT, carrier, getter), start);

/** Runs `start` outside of every trace: the gate's own life belongs to no request. */
export const outsideTraces = <T>(start: () => Promise<T>): Promise<T> => context.with(ROOT_CONTEXT, start);
