import { type TraceHeaders, traceHeadersOf } from './trace-headers.js';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test.each<[TraceHeaders]>([[{ traceparent, tracestate: 'vendor=1' }], [{ traceparent }], [{}]])(
  'of what carries %j nothing else is taken, and what there is none of is left out',
  (trace) => {
    const carrier = { deploymentId: 'd-1', ...trace };
    // As signals and activities carry it: in this order, and without what is not there.
    expect(JSON.stringify(traceHeadersOf(carrier))).toBe(JSON.stringify(trace));
    expect(Object.keys(traceHeadersOf(carrier))).toEqual(Object.keys(trace));
  },
);
