import { parseKafkaSettings } from './kafka-settings.js';

test('brokers alone are enough', () => {
  expect(parseKafkaSettings({ KAFKA_BROKERS: 'a:9092, [::1]:9093' })).toEqual({
    settings: { brokers: ['a:9092', '[::1]:9093'] },
    faults: [],
  });
});

test('TLS and SASL', () => {
  const { settings } = parseKafkaSettings({
    KAFKA_BROKERS: 'a:9092',
    KAFKA_SSL: 'true',
    KAFKA_SSL_CA: '/ca',
    KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
    KAFKA_SASL_USERNAME: 'u',
    KAFKA_SASL_PASSWORD: 'p',
  });
  expect(settings?.tls).toEqual({ caPath: '/ca' });
  expect(settings?.sasl).toEqual({ mechanism: 'scram-sha-512', username: 'u', password: 'p' });
});

test('all faults are reported at once, each with its variable', () => {
  const { faults } = parseKafkaSettings({
    KAFKA_BROKERS: 'nowhere',
    KAFKA_SSL: 'maybe',
    KAFKA_SSL_KEY: '/key',
    KAFKA_SASL_MECHANISM: 'gssapi',
  });
  expect(faults.map((fault) => fault.split(':')[0])).toEqual([
    'KAFKA_BROKERS',
    'KAFKA_SSL',
    'KAFKA_SSL',
    'KAFKA_SASL_MECHANISM',
  ]);
});

test('a certificate without its key is a fault, and so is a password without a mechanism', () => {
  const { faults } = parseKafkaSettings({
    KAFKA_BROKERS: 'a:1',
    KAFKA_SSL: 'true',
    KAFKA_SSL_CERT: '/cert',
    KAFKA_SASL_PASSWORD: 'p',
  });
  expect(faults).toHaveLength(2);
});
