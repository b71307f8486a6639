import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isLoopback, parseTemporalConfig } from './temporal-config.js';

test('defaults to a local server without TLS', () => {
  expect(parseTemporalConfig({})).toEqual({ address: 'localhost:7233', namespace: 'default' });
});

test('takes the standard variables, and an empty one for unset', () => {
  expect(
    parseTemporalConfig({
      TEMPORAL_ADDRESS: 'temporal.example:7233',
      TEMPORAL_NAMESPACE: 'vecino',
      TEMPORAL_API_KEY: '',
    }),
  ).toEqual({ address: 'temporal.example:7233', namespace: 'vecino' });
});

test('reads client certificates for mTLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'temporal-config-'));
  for (const name of ['ca', 'crt', 'key']) writeFileSync(join(folder, name), name);
  const { tls } = parseTemporalConfig({
    TEMPORAL_TLS: 'true',
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: join(folder, 'ca'),
    TEMPORAL_TLS_CLIENT_CERT_PATH: join(folder, 'crt'),
    TEMPORAL_TLS_CLIENT_KEY_PATH: join(folder, 'key'),
    TEMPORAL_TLS_SERVER_NAME: 'temporal.internal',
  });
  expect(tls).toMatchObject({
    serverNameOverride: 'temporal.internal',
    serverRootCACertificate: Buffer.from('ca'),
    clientCertPair: { crt: Buffer.from('crt'), key: Buffer.from('key') },
  });
});

test('an API key implies TLS', () => {
  expect(parseTemporalConfig({ TEMPORAL_API_KEY: 'secret' })).toMatchObject({ apiKey: 'secret', tls: true });
});

test('a certificate that is not there is a fault of the configuration', () => {
  const parse = () =>
    parseTemporalConfig({ TEMPORAL_TLS: 'true', TEMPORAL_TLS_CLIENT_CERT_PATH: '/nowhere/crt.pem' });
  expect(parse).toThrow(expect.objectContaining({ code: 'TEMPORAL_CONFIG', disposition: 'terminal' }));
  expect(parse).toThrow('/nowhere/crt.pem');
});

test.each([
  ['127.0.0.1:7233', true],
  ['localhost:7233', true],
  ['[::1]:7233', true],
  ['10.0.0.1:7233', false],
  ['localhost.example:7233', false],
  ['127.example:7233', false],
])('%s is loopback: %s', (address, loopback) => expect(isLoopback(address)).toBe(loopback));
