import { parseServiceConfig, toldVariables } from '@vecino/lifecycle/config';
import { WORKER_VARIABLES, type WorkerConfig, workerConfigOf, workerSchema } from './worker-config.js';

const minimal = { KAFKA_BROKERS: 'kafka:9092', VECINO_IMAGES_DIR: '/images' };

interface Read {
  readonly config?: WorkerConfig;
  readonly faults: readonly string[];
}

/** As a worker service reads it, with nothing of its own. */
function parseWorkerConfig(env: Readonly<Record<string, string>>): Read {
  const parsed = parseServiceConfig(env, workerSchema);
  if (!parsed.ok) return { faults: parsed.faults };
  return { config: workerConfigOf(parsed.config.common, parsed.config.own), faults: [] };
}

test('needs only Kafka and the image store; the rest has defaults', () => {
  expect(parseWorkerConfig(minimal)).toEqual({
    faults: [],
    config: {
      kafka: { brokers: ['kafka:9092'] },
      topicPrefix: '',
      temporal: { address: 'localhost:7233', namespace: 'default' },
      logLevel: 'info',
      metrics: { maxTenants: 200 },
      imagesDir: '/images',
      evidenceDir: '/evidence',
      devicePort: 9339,
      shutdownGraceMs: 20_000,
    },
  });
});

test('an empty variable counts as unset', () => {
  const { config } = parseWorkerConfig({ ...minimal, VECINO_LOG_LEVEL: '', VECINO_DEVICE_CA: '' });
  expect(config).toMatchObject({ logLevel: 'info' });
  expect(config).not.toHaveProperty('deviceTls');
});

test('reads everything that is set', () => {
  const { config } = parseWorkerConfig({
    ...minimal,
    TEMPORAL_ADDRESS: 'temporal:7233',
    TEMPORAL_NAMESPACE: 'vecino',
    VECINO_LOG_LEVEL: 'debug',
    VECINO_TENANTS_FILE: '/etc/tenants.yaml',
    VECINO_TOPIC_PREFIX: 'run7.',
    VECINO_IMAGE_KEYS: 'keys.pem',
    VECINO_EVIDENCE_DIR: '/var/evidence',
    VECINO_DEVICE_PORT: '50051',
    VECINO_DEVICE_CA: 'ca.pem',
    VECINO_DEVICE_CERT: 'crt.pem',
    VECINO_DEVICE_KEY: 'key.pem',
    VECINO_SHUTDOWN_GRACE: '2m',
  });
  expect(config).toEqual({
    kafka: { brokers: ['kafka:9092'] },
    topicPrefix: 'run7.',
    temporal: { address: 'temporal:7233', namespace: 'vecino' },
    logLevel: 'debug',
    metrics: { maxTenants: 200 },
    tenantsFile: '/etc/tenants.yaml',
    imagesDir: '/images',
    imageKeys: 'keys.pem',
    evidenceDir: '/var/evidence',
    devicePort: 50_051,
    deviceTls: { ca: 'ca.pem', cert: 'crt.pem', key: 'key.pem' },
    shutdownGraceMs: 120_000,
  });
});

test.each([
  ['500ms', 500],
  ['20s', 20_000],
  ['0s', 0],
])('a grace of %s is %d ms', (text, ms) => {
  expect(parseWorkerConfig({ ...minimal, VECINO_SHUTDOWN_GRACE: text }).config?.shutdownGraceMs).toBe(ms);
});

test('tells all faults at once, each with its variable', () => {
  const { config, faults } = parseWorkerConfig({
    VECINO_LOG_LEVEL: 'loud',
    VECINO_DEVICE_PORT: '70000',
    VECINO_DEVICE_CERT: 'crt.pem',
    VECINO_SHUTDOWN_GRACE: '20',
    VECINO_TOPIC_PREFIX: 'a/b',
    TEMPORAL_TLS: 'true',
    TEMPORAL_TLS_CLIENT_CERT_PATH: '/nowhere/crt.pem',
  });
  expect(config).toBeUndefined();
  expect(faults.map((fault) => fault.split(':')[0])).toEqual([
    'VECINO_LOG_LEVEL',
    'VECINO_TOPIC_PREFIX',
    'VECINO_IMAGES_DIR',
    'VECINO_DEVICE_PORT',
    'VECINO_SHUTDOWN_GRACE',
    'VECINO_DEVICE_CA',
    'KAFKA_BROKERS',
    'TEMPORAL_*',
  ]);
});

test('tells the grace as it is set, and the files of mTLS together', () => {
  expect(toldVariables(WORKER_VARIABLES)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ names: ['VECINO_IMAGES_DIR'], byDefault: 'needed' }),
      expect.objectContaining({ names: ['VECINO_DEVICE_PORT'], byDefault: '`9339`' }),
      expect.objectContaining({ names: ['VECINO_SHUTDOWN_GRACE'], byDefault: '`20s`' }),
      expect.objectContaining({ names: ['VECINO_DEVICE_CA', 'VECINO_DEVICE_CERT', 'VECINO_DEVICE_KEY'] }),
    ]),
  );
});
