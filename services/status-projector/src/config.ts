import type { ParsedConfig } from '@vecino/lifecycle';
import { type CommonConfig, parseServiceConfig, SCHEMA_REGISTRY_VARIABLES } from '@vecino/lifecycle/config';
import type { Environment } from '@vecino/telemetry';
import { z } from 'zod';

export interface ProjectorConfig extends CommonConfig {
  readonly schemaRegistryUrl?: string;
}

/** Its own, each with what docs/configuration.md tells of it. */
export const VARIABLES = SCHEMA_REGISTRY_VARIABLES;

const schema = z.object(VARIABLES);

/** Pure: opens nothing but the files that Temporal's own `TEMPORAL_TLS_*` and `TEMPORAL_CONFIG_FILE` name. */
export function parseConfig(env: Environment): ParsedConfig<ProjectorConfig> {
  const parsed = parseServiceConfig(env, schema);
  if (!parsed.ok) return parsed;
  const { common, own } = parsed.config;
  const { SCHEMA_REGISTRY_URL: schemaRegistryUrl } = own;
  return { ok: true, config: { ...common, ...(schemaRegistryUrl !== undefined && { schemaRegistryUrl }) } };
}
