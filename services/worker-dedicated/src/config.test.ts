import { parseConfig } from './config.js';

test('needs a tenant beside what every worker needs', () => {
  expect(
    parseConfig({ KAFKA_BROKERS: 'k:9092', VECINO_TENANT: 'mayorista', VECINO_IMAGES_DIR: '/images' }),
  ).toMatchObject({
    ok: true,
    config: { tenantId: 'mayorista', imagesDir: '/images' },
  });
});

test.each([
  ['', 'VECINO_TENANT: is missing: the tenant that this worker serves'],
  ['Mayorista', 'VECINO_TENANT: is no tenant id'],
])('a tenant of %j is a fault, told with the others', (tenant, fault) => {
  expect(parseConfig({ KAFKA_BROKERS: 'k:9092', VECINO_TENANT: tenant })).toEqual({
    ok: false,
    faults: [expect.stringContaining('VECINO_IMAGES_DIR'), fault],
  });
});

test('the files of mTLS to routers go together here too', () => {
  const env = { KAFKA_BROKERS: 'k:9092', VECINO_TENANT: 'mayorista', VECINO_IMAGES_DIR: '/images' };
  expect(parseConfig({ ...env, VECINO_DEVICE_CERT: 'crt.pem' })).toEqual({
    ok: false,
    faults: [expect.stringContaining('VECINO_DEVICE_CA: goes together')],
  });
});
