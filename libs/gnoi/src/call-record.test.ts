import { callDetail } from './call-record.js';

test('numbers, switches and short texts are kept as they are, structures as their JSON', () => {
  expect(callDetail({ kind: 'answer', n: 1, on: true, big: 2n, text: 'x', list: [3n] })).toEqual({
    n: 1,
    on: true,
    big: '2',
    text: 'x',
    list: '["3"]',
  });
});

test('secrets that a router tells are left out, also where the text is cut', () => {
  const secret = 'hunter2'.repeat(100);
  const padding = 'x'.repeat(480);
  const detail = callDetail({
    message: 'cannot fetch ftp://ana:hunter2@store/image',
    config: { aaa: [{ password: 'hunter2' }] },
    cut: `${padding} ftp://ana:${secret}@store/image`,
    key: `${padding}-----BEGIN PRIVATE KEY-----\n${secret}`,
  });
  expect(detail['message']).toBe('cannot fetch ftp://[redacted]@store/image');
  expect(detail['config']).toBe('{"aaa":[{"password":"[redacted]"}]}');
  expect(JSON.stringify(detail)).not.toContain('hunter2');
});

test('a long text is cut', () => {
  expect(callDetail({ text: 'x'.repeat(10_000) })['text']).toBe(`${'x'.repeat(500)}…`);
});
