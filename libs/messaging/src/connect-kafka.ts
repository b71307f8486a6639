import { readFileSync } from 'node:fs';
import type { Logger } from '@vecino/telemetry';
import { Kafka, type KafkaConfig, type SASLOptions } from 'kafkajs';
import { registerCodecs } from './codecs/register-codecs.js';
import { kafkajsLogCreator } from './kafkajs/kafkajs-log.js';
import { repairKafkajs } from './kafkajs/repair-kafkajs.js';
import type { KafkaSettings, SaslSettings, TlsSettings } from './kafka-settings.js';

/** A way to a Kafka cluster; connections are made by what is created from it. */
export interface KafkaClient {
  readonly kafka: Kafka;
  /**
   * The same, for consumers: tries for about a minute inside kafkajs. A broker that restarts then finds the same group
   * member again, while a new one would have to wait until the old one's session ends.
   */
  readonly patientKafka: Kafka;
  readonly logger: Logger;
}

/** Short, so that a fault comes up to where it is logged once and retried for ever. */
const RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 4 };
const PATIENT_RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 60 };
const CONNECTION_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 10_000;

/** Throws when a PEM file cannot be read. */
export function connectKafka(settings: KafkaSettings, clientId: string, logger: Logger): KafkaClient {
  registerCodecs();
  repairKafkajs();
  const config: KafkaConfig = {
    clientId,
    brokers: () => shuffled(settings.brokers),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: RETRY,
    logCreator: kafkajsLogCreator(logger),
    ...(settings.tls && { ssl: tlsOptions(settings.tls) }),
    ...(settings.sasl && { sasl: saslOptions(settings.sasl) }),
  };
  return { kafka: new Kafka(config), patientKafka: new Kafka({ ...config, retry: PATIENT_RETRY }), logger };
}

/** A new client begins at the first: where that one is frozen, the next must not begin there again. */
function shuffled(brokers: readonly string[]): string[] {
  const left = [...brokers];
  return brokers.flatMap(() => left.splice(Math.floor(Math.random() * left.length), 1));
}

function tlsOptions(tls: TlsSettings): NonNullable<Exclude<KafkaConfig['ssl'], boolean>> {
  return {
    ...(tls.caPath && { ca: readFileSync(tls.caPath) }),
    ...(tls.certPath && { cert: readFileSync(tls.certPath) }),
    ...(tls.keyPath && { key: readFileSync(tls.keyPath) }),
  };
}

function saslOptions({ mechanism, username, password }: SaslSettings): SASLOptions {
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password };
    case 'scram-sha-256':
      return { mechanism, username, password };
    case 'scram-sha-512':
      return { mechanism, username, password };
  }
}
