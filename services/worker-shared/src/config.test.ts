import { parseConfig } from './config.js';

const minimal = { KAFKA_BROKERS: 'kafka:9092', VECINO_IMAGES_DIR: '/images' };

test('a worker starts with Kafka and the image store alone', () => {
  expect(parseConfig(minimal)).toMatchObject({
    ok: true,
    config: { imagesDir: '/images', idleGraceMs: 60_000, maxTenantWorkers: 250, shutdownGraceMs: 20_000 },
  });
});

test('faults are told all at once', () => {
  const parsed = parseConfig({ VECINO_LOG_LEVEL: 'loud', VECINO_MAX_TENANT_WORKERS: '0' });
  expect(parsed).toMatchObject({ ok: false });
  if (!parsed.ok) expect(parsed.faults).toHaveLength(4);
});

test('a Worker does not end while what was signalled without a wake of its own may still come', () => {
  expect(parseConfig({ ...minimal, VECINO_IDLE_GRACE: '5s' })).toEqual({
    ok: false,
    faults: ['VECINO_IDLE_GRACE: is at least 30s'],
  });
  expect(parseConfig({ ...minimal, VECINO_IDLE_GRACE: '30s' })).toMatchObject({ ok: true });
});
