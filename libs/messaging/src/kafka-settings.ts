export const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
export type SaslMechanism = (typeof SASL_MECHANISMS)[number];

export interface SaslSettings {
  readonly mechanism: SaslMechanism;
  readonly username: string;
  readonly password: string;
}

/** Paths of PEM files. Without `caPath` the system's roots are trusted; `certPath` and `keyPath` go together. */
export interface TlsSettings {
  readonly caPath?: string;
  readonly certPath?: string;
  readonly keyPath?: string;
}

export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly tls?: TlsSettings;
  readonly sasl?: SaslSettings;
}

export type KafkaSettingsResult =
  | { readonly settings: KafkaSettings; readonly faults: readonly [] }
  | { readonly settings?: never; readonly faults: readonly string[] };

type Environment = Readonly<Record<string, string | undefined>>;

const BROKER_PATTERN = /^(\[[0-9A-Fa-f:.]+\]|[^\s:[\]]+):\d{1,5}$/;
const TRUE_WORDS = ['true', '1'];
const FALSE_WORDS = ['false', '0', ''];

/** Reads `KAFKA_BROKERS`, `KAFKA_SSL`, `KAFKA_SSL_CA|CERT|KEY` and `KAFKA_SASL_MECHANISM|USERNAME|PASSWORD`. Pure: opens no file. Each fault names its variable. */
export function parseKafkaSettings(env: Environment): KafkaSettingsResult {
  const faults: string[] = [];
  const brokers = parseBrokers(env, faults);
  const tls = parseTls(env, faults);
  const sasl = parseSasl(env, faults);
  if (faults.length > 0) return { faults };
  return { settings: { brokers, ...(tls && { tls }), ...(sasl && { sasl }) }, faults: [] };
}

function parseBrokers(env: Environment, faults: string[]): string[] {
  const brokers = (env['KAFKA_BROKERS'] ?? '')
    .split(',')
    .map((broker) => broker.trim())
    .filter((broker) => broker !== '');
  if (brokers.length === 0) faults.push('KAFKA_BROKERS: required, a comma list of host:port');
  for (const broker of brokers) {
    if (!BROKER_PATTERN.test(broker)) faults.push(`KAFKA_BROKERS: "${broker}" is not host:port`);
  }
  return brokers;
}

function parseTls(env: Environment, faults: string[]): TlsSettings | undefined {
  const word = (env['KAFKA_SSL'] ?? '').toLowerCase();
  if (!TRUE_WORDS.includes(word) && !FALSE_WORDS.includes(word)) {
    faults.push('KAFKA_SSL: must be true or false');
  }
  const paths = {
    caPath: env['KAFKA_SSL_CA'],
    certPath: env['KAFKA_SSL_CERT'],
    keyPath: env['KAFKA_SSL_KEY'],
  };
  if (!TRUE_WORDS.includes(word)) {
    if (Object.values(paths).some(Boolean))
      faults.push('KAFKA_SSL: must be true when KAFKA_SSL_* files are set');
    return undefined;
  }
  if (Boolean(paths.certPath) !== Boolean(paths.keyPath)) {
    faults.push('KAFKA_SSL_CERT and KAFKA_SSL_KEY: set both or neither');
  }
  return Object.fromEntries(Object.entries(paths).filter(([, path]) => path));
}

function parseSasl(env: Environment, faults: string[]): SaslSettings | undefined {
  const mechanism = env['KAFKA_SASL_MECHANISM']?.toLowerCase();
  if (!mechanism) {
    if (env['KAFKA_SASL_USERNAME'] || env['KAFKA_SASL_PASSWORD']) {
      faults.push('KAFKA_SASL_MECHANISM: required with KAFKA_SASL_USERNAME or KAFKA_SASL_PASSWORD');
    }
    return undefined;
  }
  if (!isSaslMechanism(mechanism)) {
    faults.push(`KAFKA_SASL_MECHANISM: must be one of ${SASL_MECHANISMS.join(', ')}`);
    return undefined;
  }
  const username = env['KAFKA_SASL_USERNAME'];
  const password = env['KAFKA_SASL_PASSWORD'];
  if (!username) faults.push(`KAFKA_SASL_USERNAME: required with ${mechanism}`);
  if (!password) faults.push(`KAFKA_SASL_PASSWORD: required with ${mechanism}`);
  return { mechanism, username: username ?? '', password: password ?? '' };
}

const isSaslMechanism = (text: string): text is SaslMechanism =>
  (SASL_MECHANISMS as readonly string[]).includes(text);
