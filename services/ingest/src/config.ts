import { errorText } from '@vecino/foundation';
import {
  type HealthAddress,
  healthAddress,
  METRICS_VARIABLES,
  type MetricsSettings,
  metricsSettings,
} from '@vecino/lifecycle';
import { type KafkaSettings, parseKafkaSettings } from '@vecino/messaging';
import { LOG_LEVELS, type LogLevel } from '@vecino/telemetry';
import { parseTemporalConfig, type TemporalConfig } from '@vecino/temporal';
import { z } from 'zod';

export interface IngestConfig {
  readonly kafka: KafkaSettings;
  readonly temporal: TemporalConfig;
  readonly logLevel: LogLevel;
  /** Health is served nowhere where there is none. */
  readonly healthAddress?: HealthAddress;
  readonly metrics: MetricsSettings;
  /** Tenants for a registry that has none yet. */
  readonly tenantsFile?: string;
  readonly topicPrefix: string;
  readonly groupId: string;
  /** Of the command topic: a flood of requests never holds up a command. */
  readonly commandGroupId: string;
  readonly schemaRegistryUrl?: string;
  /** Where the replicas share the intake limits; each counts for itself where there is none. */
  readonly redis?: RedisConfig;
}

export interface RedisConfig {
  /** May hold a password. */
  readonly url: string;
  /** PEM file of who may have signed its certificate; the system's roots where there is none. */
  readonly caPath?: string;
}

export type ConfigResult =
  | { readonly ok: true; readonly config: IngestConfig }
  /** All faults at once, each naming its variable. */
  | { readonly ok: false; readonly faults: readonly string[] };

const emptyIsUnset = (value: unknown): unknown => (value === '' ? undefined : value);
const schema = z.object({
  VECINO_LOG_LEVEL: z.preprocess(emptyIsUnset, z.enum(LOG_LEVELS).default('info')),
  VECINO_HEALTH_ADDRESS: z.preprocess(emptyIsUnset, healthAddress.optional()),
  ...METRICS_VARIABLES,
  VECINO_TENANTS_FILE: z.preprocess(emptyIsUnset, z.string().optional()),
  VECINO_TOPIC_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9._-]{0,100}$/, 'may hold letters, digits, dots, underscores and dashes')
    .default(''),
  VECINO_INGEST_GROUP: z.preprocess(emptyIsUnset, z.string().max(200).default('vecino-ingest')),
  REDIS_URL: z.preprocess(emptyIsUnset, z.url({ protocol: /^rediss?$/ }).optional()),
  REDIS_CA: z.preprocess(emptyIsUnset, z.string().optional()),
  SCHEMA_REGISTRY_URL: z.preprocess(emptyIsUnset, z.url({ protocol: /^https?$/ }).optional()),
});

type Environment = Readonly<Record<string, string | undefined>>;

/** Pure: opens nothing but the files that Temporal's own `TEMPORAL_TLS_*` and `TEMPORAL_CONFIG_FILE` name. */
export function parseConfig(env: Environment): ConfigResult {
  const own = schema.safeParse(env);
  const kafka = parseKafkaSettings(env);
  const temporal = temporalOf(env);
  const faults = [
    ...(own.success ? [] : own.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)),
    ...kafka.faults,
    ...temporal.faults,
  ];
  if (!own.success || !kafka.settings || !temporal.config) return { ok: false, faults };
  const { data } = own;
  return {
    ok: true,
    config: {
      kafka: kafka.settings,
      temporal: temporal.config,
      logLevel: data.VECINO_LOG_LEVEL,
      ...(data.VECINO_HEALTH_ADDRESS && { healthAddress: data.VECINO_HEALTH_ADDRESS }),
      metrics: metricsSettings(data),
      ...(data.VECINO_TENANTS_FILE !== undefined && { tenantsFile: data.VECINO_TENANTS_FILE }),
      topicPrefix: data.VECINO_TOPIC_PREFIX,
      groupId: `${data.VECINO_TOPIC_PREFIX}${data.VECINO_INGEST_GROUP}`,
      commandGroupId: `${data.VECINO_TOPIC_PREFIX}${data.VECINO_INGEST_GROUP}-commands`,
      ...(data.SCHEMA_REGISTRY_URL !== undefined && { schemaRegistryUrl: data.SCHEMA_REGISTRY_URL }),
      ...(data.REDIS_URL !== undefined && {
        redis: { url: data.REDIS_URL, ...(data.REDIS_CA !== undefined && { caPath: data.REDIS_CA }) },
      }),
    },
  };
}

function temporalOf(env: Environment): { config?: TemporalConfig; faults: string[] } {
  try {
    return { config: parseTemporalConfig(env), faults: [] };
  } catch (err) {
    return { faults: [errorText(err)] };
  }
}
