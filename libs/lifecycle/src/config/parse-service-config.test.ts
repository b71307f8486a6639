import { z } from 'zod';
import { parseServiceConfig } from './parse-service-config.js';

const OWN = z.object({ VECINO_OWN: z.coerce.number().default(1), VECINO_NEEDED: z.string('is missing') });
const minimal = { KAFKA_BROKERS: 'k:9092', VECINO_NEEDED: 'here' };

test('has what every service is told, and beside it what is the own of one', () => {
  expect(parseServiceConfig(minimal, OWN)).toEqual({
    ok: true,
    config: {
      common: {
        kafka: { brokers: ['k:9092'] },
        temporal: { address: 'localhost:7233', namespace: 'default' },
        logLevel: 'info',
        metrics: { maxTenants: 200 },
        topicPrefix: '',
      },
      own: { VECINO_OWN: 1, VECINO_NEEDED: 'here' },
    },
  });
});

test('an empty variable counts as unset, a common one as well as an own', () => {
  const variables = [
    'VECINO_TENANTS_FILE',
    'VECINO_LOG_LEVEL',
    'VECINO_HEALTH_ADDRESS',
    'VECINO_METRICS_ADDRESS',
    'VECINO_METRICS_MAX_TENANTS',
    'VECINO_TOPIC_PREFIX',
    'VECINO_OWN',
  ];
  const empty = Object.fromEntries(variables.map((name) => [name, '']));
  expect(parseServiceConfig({ ...empty, ...minimal }, OWN)).toEqual(parseServiceConfig(minimal, OWN));
  expect(parseServiceConfig({ ...minimal, VECINO_NEEDED: '' }, OWN)).toEqual({
    ok: false,
    faults: ['VECINO_NEEDED: is missing'],
  });
});

test('reads all that is set', () => {
  const env = {
    ...minimal,
    VECINO_TENANTS_FILE: '/etc/tenants.yaml',
    VECINO_LOG_LEVEL: 'debug',
    VECINO_HEALTH_ADDRESS: '[::]:8080',
    VECINO_METRICS_ADDRESS: '0.0.0.0:9464',
    VECINO_METRICS_MAX_TENANTS: '0',
    VECINO_TOPIC_PREFIX: 'run7.',
    TEMPORAL_NAMESPACE: 'vecino',
  };
  expect(parseServiceConfig(env, OWN)).toMatchObject({
    config: {
      common: {
        tenantsFile: '/etc/tenants.yaml',
        logLevel: 'debug',
        healthAddress: { host: '::', port: 8080 },
        metrics: { address: { host: '0.0.0.0', port: 9464 }, maxTenants: 0 },
        topicPrefix: 'run7.',
        temporal: { namespace: 'vecino' },
      },
    },
  });
});

test.each([
  [{ VECINO_METRICS_ADDRESS: '9464' }],
  [{ VECINO_METRICS_MAX_TENANTS: '-1' }],
  [{ VECINO_METRICS_MAX_TENANTS: 'many' }],
])('%j is a fault of its variable', (set) => {
  const [name] = Object.keys(set);
  expect(parseServiceConfig({ ...minimal, ...set }, OWN)).toEqual({
    ok: false,
    faults: [expect.stringContaining(`${name}: `)],
  });
});

test('all faults at once: the common, the own, Kafka’s and Temporal’s', () => {
  const parsed = parseServiceConfig(
    {
      VECINO_OWN: 'much',
      VECINO_LOG_LEVEL: 'loud',
      TEMPORAL_TLS: 'true',
      TEMPORAL_TLS_CLIENT_CERT_PATH: '/nowhere/crt.pem',
    },
    OWN,
  );
  const variables = parsed.ok ? [] : parsed.faults.map((fault) => fault.split(':')[0]);
  expect(variables).toEqual([
    'VECINO_LOG_LEVEL',
    'VECINO_OWN',
    'VECINO_NEEDED',
    'KAFKA_BROKERS',
    'TEMPORAL_*',
  ]);
});
