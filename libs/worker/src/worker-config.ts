import { join } from 'node:path';
import { DEFAULT_DEVICE_PORT } from '@vecino/activities';
import { errorText } from '@vecino/foundation';
import {
  type HealthAddress,
  healthAddress,
  METRICS_VARIABLES,
  type MetricsSettings,
  metricsSettings,
} from '@vecino/lifecycle';
import { type KafkaSettings, parseKafkaSettings } from '@vecino/messaging';
import { type Environment, LOG_LEVELS, type LogLevel } from '@vecino/telemetry';
import { parseTemporalConfig, type TemporalConfig } from '@vecino/temporal';
import { z } from 'zod';

/** What every worker needs to know, whichever tenants it takes. */
export interface WorkerConfig {
  readonly kafka: KafkaSettings;
  readonly topicPrefix: string;
  readonly temporal: TemporalConfig;
  readonly logLevel: LogLevel;
  /** Health is served nowhere where there is none. */
  readonly healthAddress?: HealthAddress;
  readonly metrics: MetricsSettings;
  /** Tenants for a registry that has none yet. */
  readonly tenantsFile?: string;
  /** The store of router software. */
  readonly imagesDir: string;
  /** Path of a PEM file with the public keys that images must be signed with; absent where none must. */
  readonly imageKeys?: string;
  /** Where the evidence of deployments is written. */
  readonly evidenceDir: string;
  /** TCP port of routers whose tenant names none. */
  readonly devicePort: number;
  /** Paths of PEM files; absent where all routers are a laboratory's without TLS. */
  readonly deviceTls?: { readonly ca: string; readonly cert: string; readonly key: string };
  /** For running activities, after SIGTERM. */
  readonly shutdownGraceMs: number;
}

/** The part that could be read, and all faults at once, each naming its variable. */
export interface WorkerConfigResult {
  readonly config?: WorkerConfig;
  readonly faults: readonly string[];
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };

/** Text such as `20s`, as milliseconds. */
export const duration = z
  .string()
  .regex(/^\d{1,6}(ms|s|m)$/, 'is a number and its unit, as in 500ms, 20s or 2m')
  .transform((text) => Number.parseInt(text, 10) * (UNIT_MS[text.replace(/^\d+/, '')] ?? 0));

const schema = z
  .object({
    VECINO_LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
    VECINO_HEALTH_ADDRESS: healthAddress.optional(),
    ...METRICS_VARIABLES,
    VECINO_TENANTS_FILE: z.string().optional(),
    VECINO_TOPIC_PREFIX: z
      .string()
      .regex(/^[A-Za-z0-9._-]{0,100}$/, 'may hold letters, digits, dots, underscores and dashes')
      .default(''),
    VECINO_IMAGES_DIR: z.string({ error: 'is missing: the folder with the routers’ software' }),
    VECINO_IMAGE_KEYS: z.string().optional(),
    VECINO_EVIDENCE_DIR: z.string().optional(),
    VECINO_DEVICE_PORT: z.coerce.number().int().min(1).max(65_535).default(DEFAULT_DEVICE_PORT),
    VECINO_DEVICE_CA: z.string().optional(),
    VECINO_DEVICE_CERT: z.string().optional(),
    VECINO_DEVICE_KEY: z.string().optional(),
    VECINO_SHUTDOWN_GRACE: duration.default(20_000),
  })
  .refine(
    ({ VECINO_DEVICE_CA: ca, VECINO_DEVICE_CERT: cert, VECINO_DEVICE_KEY: key }) =>
      [ca, cert, key].every(Boolean) || ![ca, cert, key].some(Boolean),
    {
      path: ['VECINO_DEVICE_CA'],
      error: 'goes together with VECINO_DEVICE_CERT and VECINO_DEVICE_KEY: set all three or none',
      // Beside other faults too, not only after they are mended.
      when: () => true,
    },
  );

/** Pure: opens nothing but the files that Temporal's own `TEMPORAL_TLS_*` and `TEMPORAL_CONFIG_FILE` name. */
export function parseWorkerConfig(env: Environment): WorkerConfigResult {
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const own = schema.safeParse(set);
  const kafka = parseKafkaSettings(env);
  const temporal = temporalOf(env);
  const faults = [...(own.success ? [] : faultsOf(own.error)), ...kafka.faults, ...temporal.faults];
  if (!own.success || !kafka.settings || !temporal.config) return { faults };
  return { config: configOf(own.data, kafka.settings, temporal.config), faults };
}

/** One line per fault, for `faults` of a configuration. */
export const faultsOf = (error: z.ZodError): string[] =>
  error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

function configOf(
  own: z.output<typeof schema>,
  kafka: KafkaSettings,
  temporal: TemporalConfig,
): WorkerConfig {
  const { VECINO_DEVICE_CA: ca, VECINO_DEVICE_CERT: cert, VECINO_DEVICE_KEY: key } = own;
  return {
    kafka,
    topicPrefix: own.VECINO_TOPIC_PREFIX,
    temporal,
    logLevel: own.VECINO_LOG_LEVEL,
    ...(own.VECINO_HEALTH_ADDRESS && { healthAddress: own.VECINO_HEALTH_ADDRESS }),
    metrics: metricsSettings(own),
    ...(own.VECINO_TENANTS_FILE !== undefined && { tenantsFile: own.VECINO_TENANTS_FILE }),
    imagesDir: own.VECINO_IMAGES_DIR,
    ...(own.VECINO_IMAGE_KEYS !== undefined && { imageKeys: own.VECINO_IMAGE_KEYS }),
    evidenceDir: own.VECINO_EVIDENCE_DIR ?? join(own.VECINO_IMAGES_DIR, '..', 'evidence'),
    devicePort: own.VECINO_DEVICE_PORT,
    shutdownGraceMs: own.VECINO_SHUTDOWN_GRACE,
    ...(ca !== undefined && cert !== undefined && key !== undefined && { deviceTls: { ca, cert, key } }),
  };
}

function temporalOf(env: Environment): { readonly config?: TemporalConfig; readonly faults: string[] } {
  try {
    return { config: parseTemporalConfig(env), faults: [] };
  } catch (error) {
    return { faults: [errorText(error)] };
  }
}
