import { formatPath, leafText, parsePath } from './gnmi-path.js';

describe('a gNMI path', () => {
  it.each([
    '/system/state/boot-time',
    '/interfaces/interface[name=eth1/0]/state/oper-status',
    '/a/b[k=1][l=2]',
    '/',
  ])('%s is read and written back', (text) => {
    expect(formatPath(parsePath(text))).toBe(text);
  });

  it('is written behind its prefix', () => {
    expect(formatPath(parsePath('/state/boot-time'), parsePath('/system'))).toBe('/system/state/boot-time');
  });
});

describe('a leaf', () => {
  const ns = 1_789_488_241_642_536_930n;
  it.each([
    [{ $case: 'uintVal', value: ns }],
    [{ $case: 'jsonVal', value: Buffer.from(String(ns)) }],
    [{ $case: 'jsonIetfVal', value: Buffer.from(`"${ns}"`) }],
    [{ $case: 'asciiVal', value: String(ns) }],
    [{ $case: 'stringVal', value: String(ns) }],
  ] as const)('keeps every digit of nanoseconds from %j', (value) => {
    expect(leafText({ value })).toBe(String(ns));
  });

  it.each(['{"a":1}', '"broken', 'nonsense', ''])('is undefined for JSON %j, which is no scalar', (text) => {
    expect(leafText({ value: { $case: 'jsonVal', value: Buffer.from(text) } })).toBeUndefined();
  });
});
