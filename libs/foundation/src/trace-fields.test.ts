import { traceFields } from './trace-fields.js';

test.each([
  [
    '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' },
  ],
  ['no trace', {}],
  ['', {}],
  [undefined, {}],
])('%s', (traceparent, fields) => expect(traceFields({ traceparent })).toEqual(fields));
