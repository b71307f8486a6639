import { parseConfig } from './config.js';

test('brokers are all that must be said', () => {
  expect(parseConfig({ KAFKA_BROKERS: 'k:9092' })).toMatchObject({
    ok: true,
    config: { kafka: { brokers: ['k:9092'] }, topicPrefix: '' },
  });
});

test('all faults at once, each naming its variable', () => {
  const parsed = parseConfig({ VECINO_LOG_LEVEL: 'loud', KAFKA_SASL_MECHANISM: 'plain' });
  const variables = parsed.ok ? [] : parsed.faults.map((fault) => fault.split(':')[0]);
  expect(variables).toEqual([
    'VECINO_LOG_LEVEL',
    'KAFKA_BROKERS',
    'KAFKA_SASL_USERNAME',
    'KAFKA_SASL_PASSWORD',
  ]);
});
