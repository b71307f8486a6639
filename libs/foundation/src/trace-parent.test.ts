import { parseTraceParent, traceParentText } from './trace-parent.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

test.each([
  ['00', '01', true],
  ['00', '00', false],
  ['00', '03', true],
  ['cc', '02', false],
])('version %s with flags %s is sampled: %s', (version, flags, sampled) => {
  expect(parseTraceParent(`${version}-${traceId}-${spanId}-${flags}`)).toEqual({ traceId, spanId, sampled });
});

test.each([
  [undefined],
  [''],
  ['no trace'],
  [`ff-${traceId}-${spanId}-01`],
  [`00-${'0'.repeat(32)}-${spanId}-01`],
  [`00-${traceId}-${'0'.repeat(16)}-01`],
  [`00-${traceId.toUpperCase()}-${spanId}-01`],
  [`00-${traceId}-${spanId}`],
  [`00-${traceId}-${spanId}-01-more`],
])('%s is none', (text) => expect(parseTraceParent(text)).toBeUndefined());

test.each([true, false])('what is written is read again, sampled: %s', (sampled) => {
  const parent = { traceId, spanId, sampled };
  expect(parseTraceParent(traceParentText(parent))).toEqual(parent);
});
