import type { KafkaSettings } from '@vecino/messaging';
import { DEFAULT_MAX_TENANTS, LOG_LEVELS } from '@vecino/telemetry';
import type { TemporalConfig } from '@vecino/temporal';
import { z } from 'zod';
import { healthAddress } from '../health-address.js';
import type { MetricsSettings } from '../metrics-settings.js';
import type { ServiceConfig } from '../run-service.js';

/** What every service is told, whichever it is. */
export interface CommonConfig extends ServiceConfig {
  readonly kafka: KafkaSettings;
  readonly temporal: TemporalConfig;
  readonly metrics: MetricsSettings;
  /** Tenants for a registry that has none yet. */
  readonly tenantsFile?: string;
  readonly topicPrefix: string;
}

/** The variables of every service, each with what docs/configuration.md tells of it. */
export const COMMON_VARIABLES = {
  VECINO_TENANTS_FILE: z
    .string()
    .optional()
    .describe(
      'A registry file, imported into a registry that nobody has made yet; read and checked at each start all the same. `./vecino` gives services `deploy/tenants.yaml`.',
    ),
  VECINO_LOG_LEVEL: z.enum(LOG_LEVELS).default('info').describe('`debug`, `info`, `warn` or `error`.'),
  VECINO_HEALTH_ADDRESS: healthAddress
    .optional()
    .describe(
      '`host:port` at which the service answers [`/livez` and `/readyz`](operations.md#health) over HTTP, as in `0.0.0.0:8080`; `[::]:8080` for IPv6, port 0 for any free one. Unset: nowhere. `./vecino up` gives each of its services a free port of its own.',
    ),
  VECINO_METRICS_ADDRESS: healthAddress
    .optional()
    .describe(
      '`host:port` at which the service answers `GET /metrics` in Prometheus’s text format, as in `0.0.0.0:9464`; port 0 takes any free one, named in the log. Unset: nowhere. [Metrics](metrics.md) name tenants: keep it to those who may see that.',
    ),
  VECINO_METRICS_MAX_TENANTS: z.coerce
    .number()
    .int()
    .min(0)
    .max(10_000)
    .default(DEFAULT_MAX_TENANTS)
    .describe('How many tenants have a name in labels of metrics, up to 10000; all others are `other`.'),
  VECINO_TOPIC_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9._-]{0,100}$/, 'may hold letters, digits, dots, underscores and dashes')
    .default('')
    .describe('Goes before every topic name, and before the consumer group: for tests side by side.'),
};

/** Of the services that read or write what a schema registry frames. */
export const SCHEMA_REGISTRY_VARIABLES = {
  SCHEMA_REGISTRY_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      '`http` or `https`. Set: records in the Confluent wire format are read by its schemas, and statuses are written in that format. Unset: statuses are written in Avro single-object encoding.',
    ),
};

export const commonSchema = z.object(COMMON_VARIABLES);

export const commonConfigOf = (
  own: z.output<typeof commonSchema>,
  kafka: KafkaSettings,
  temporal: TemporalConfig,
): CommonConfig => ({
  kafka,
  temporal,
  logLevel: own.VECINO_LOG_LEVEL,
  ...(own.VECINO_HEALTH_ADDRESS && { healthAddress: own.VECINO_HEALTH_ADDRESS }),
  metrics: {
    ...(own.VECINO_METRICS_ADDRESS && { address: own.VECINO_METRICS_ADDRESS }),
    maxTenants: own.VECINO_METRICS_MAX_TENANTS,
  },
  ...(own.VECINO_TENANTS_FILE !== undefined && { tenantsFile: own.VECINO_TENANTS_FILE }),
  topicPrefix: own.VECINO_TOPIC_PREFIX,
});
