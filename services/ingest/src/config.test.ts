import { parseConfig } from './config.js';

test('brokers are all that must be said', () => {
  expect(parseConfig({ KAFKA_BROKERS: 'k:9092' })).toEqual({
    ok: true,
    config: {
      kafka: { brokers: ['k:9092'] },
      temporal: { address: 'localhost:7233', namespace: 'default' },
      logLevel: 'info',
      metrics: { maxTenants: 200 },
      topicPrefix: '',
      groupId: 'vecino-ingest',
      commandGroupId: 'vecino-ingest-commands',
    },
  });
});

test('a prefix goes before the group too', () => {
  const parsed = parseConfig({ KAFKA_BROKERS: 'k:9092', VECINO_TOPIC_PREFIX: 'a.' });
  expect(parsed).toMatchObject({ config: { topicPrefix: 'a.', groupId: 'a.vecino-ingest' } });
});

test('all faults at once, each naming its variable', () => {
  const parsed = parseConfig({
    VECINO_LOG_LEVEL: 'loud',
    VECINO_TOPIC_PREFIX: 'a b',
    SCHEMA_REGISTRY_URL: 'ftp://x',
    KAFKA_SSL: 'perhaps',
  });
  const variables = parsed.ok ? [] : parsed.faults.map((fault) => fault.split(':')[0]);
  expect(variables).toEqual([
    'VECINO_LOG_LEVEL',
    'VECINO_TOPIC_PREFIX',
    'SCHEMA_REGISTRY_URL',
    'KAFKA_BROKERS',
    'KAFKA_SSL',
  ]);
});

test('Redis and its roots, where they are set', () => {
  const env = { KAFKA_BROKERS: 'k:9092', REDIS_URL: 'rediss://redis', SCHEMA_REGISTRY_URL: '' };
  expect(parseConfig(env)).toMatchObject({ config: { redis: { url: 'rediss://redis' } } });
  const redis = { url: 'rediss://redis', caPath: 'ca.pem' };
  expect(parseConfig({ ...env, REDIS_CA: 'ca.pem' })).toMatchObject({ config: { redis } });
  expect(parseConfig(env)).not.toHaveProperty('config.schemaRegistryUrl');
});
