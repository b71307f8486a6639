import { healthAddress, healthAddressText } from './health-address.js';

test.each([
  ['0.0.0.0:8080', { host: '0.0.0.0', port: 8080 }],
  ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
  ['localhost:65535', { host: 'localhost', port: 65_535 }],
  ['[::1]:8080', { host: '::1', port: 8080 }],
])('%s is where it is served', (text, address) => {
  expect(healthAddress.parse(text)).toEqual(address);
  expect(healthAddressText(address)).toBe(text);
});

test.each([
  '',
  '8080',
  ':8080',
  'host',
  'host:',
  'host:65536',
  'host:-1',
  '::1:8080',
  '[host]:1',
  'a b:1',
  'http://a:1',
])('%j is none', (text) => {
  const result = healthAddress.safeParse(text);
  expect(result.error?.issues.map(({ message }) => message)).toEqual([
    'is host:port, as in 0.0.0.0:8080, [::]:8080 or 127.0.0.1:0',
  ]);
});
