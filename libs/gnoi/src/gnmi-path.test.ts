import { formatPath, parsePath } from './gnmi-path.js';

describe('a gNMI path', () => {
  it.each([
    '/system/state/boot-time',
    '/interfaces/interface[name=eth1/0]/state/oper-status',
    '/a/b[k=1][l=2]',
    '/a/b[k=x\\]y\\\\z]/c',
    '/',
  ])('%s is read and written back', (text) => {
    expect(formatPath(parsePath(text))).toBe(text);
  });

  it('has keys with any character', () => {
    expect(parsePath('/a/b[k=x\\]y/z\\\\]/c').elem).toEqual([
      { name: 'a', key: {} },
      { name: 'b', key: { k: 'x]y/z\\' } },
      { name: 'c', key: {} },
    ]);
  });

  it('is written behind its prefix', () => {
    expect(formatPath(parsePath('/state/boot-time'), parsePath('/system'))).toBe('/system/state/boot-time');
  });
});
