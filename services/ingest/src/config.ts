import type { ParsedConfig } from '@vecino/lifecycle';
import { type CommonConfig, parseServiceConfig, SCHEMA_REGISTRY_VARIABLES } from '@vecino/lifecycle/config';
import type { Environment } from '@vecino/telemetry';
import { z } from 'zod';

export interface IngestConfig extends CommonConfig {
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

/** Its own, each with what docs/configuration.md tells of it. */
export const VARIABLES = {
  ...SCHEMA_REGISTRY_VARIABLES,
  VECINO_INGEST_GROUP: z
    .string()
    .max(200)
    .default('vecino-ingest')
    .describe('Kafka consumer group; with `-commands` appended, that of the commands.'),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .optional()
    .describe(
      "`redis://` or `rediss://` (TLS), with user and password where there are any. Where all replicas of ingest share the tenants' intake limits. Unset: each counts alone.",
    ),
  REDIS_CA: z
    .string()
    .optional()
    .describe("Path of a PEM file, for `rediss://`; without it the system's roots are trusted."),
};

const schema = z.object(VARIABLES);

/** Pure: opens nothing but the files that Temporal's own `TEMPORAL_TLS_*` and `TEMPORAL_CONFIG_FILE` name. */
export function parseConfig(env: Environment): ParsedConfig<IngestConfig> {
  const parsed = parseServiceConfig(env, schema);
  if (!parsed.ok) return parsed;
  const { common, own } = parsed.config;
  const groupId = `${common.topicPrefix}${own.VECINO_INGEST_GROUP}`;
  return {
    ok: true,
    config: {
      ...common,
      groupId,
      commandGroupId: `${groupId}-commands`,
      ...(own.SCHEMA_REGISTRY_URL !== undefined && { schemaRegistryUrl: own.SCHEMA_REGISTRY_URL }),
      ...(own.REDIS_URL !== undefined && {
        redis: { url: own.REDIS_URL, ...(own.REDIS_CA !== undefined && { caPath: own.REDIS_CA }) },
      }),
    },
  };
}
