import { traceFields } from './trace-fields.js';
import type { TraceHeaders } from './trace-headers.js';

test.each<[TraceHeaders, object]>([
  [
    { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
    { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' },
  ],
  [{ traceparent: 'no trace' }, {}],
  [{ traceparent: '' }, {}],
  [{}, {}],
])('%j', (trace, fields) => expect(traceFields(trace)).toEqual(fields));
