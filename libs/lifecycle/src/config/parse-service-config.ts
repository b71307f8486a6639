import { errorText } from '@vecino/foundation';
import { parseKafkaSettings } from '@vecino/messaging';
import type { Environment } from '@vecino/telemetry';
import { parseTemporalConfig, type TemporalConfig } from '@vecino/temporal';
import type { z } from 'zod';
import type { ParsedConfig } from '../run-service.js';
import { type CommonConfig, commonConfigOf, commonSchema } from './common-config.js';

/**
 * What every service is told, and what `ownSchema` reads of the service's own variables: all faults at once, each naming its
 * variable. An empty variable counts as unset. Pure: opens nothing but the files that Temporal's own `TEMPORAL_TLS_*` and
 * `TEMPORAL_CONFIG_FILE` name.
 */
export function parseServiceConfig<Own extends z.ZodType>(
  env: Environment,
  ownSchema: Own,
): ParsedConfig<{ readonly common: CommonConfig; readonly own: z.output<Own> }> {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value));
  const common = commonSchema.safeParse(set);
  const own = ownSchema.safeParse(set);
  const kafka = parseKafkaSettings(env);
  const temporal = temporalOf(env);
  if (common.success && own.success && kafka.settings && temporal.config) {
    const config = commonConfigOf(common.data, kafka.settings, temporal.config);
    return { ok: true, config: { common: config, own: own.data } };
  }
  const issues = [...(common.error?.issues ?? []), ...(own.error?.issues ?? [])];
  const faults = issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return { ok: false, faults: [...faults, ...kafka.faults, ...temporal.faults] };
}

function temporalOf(env: Environment): { readonly config?: TemporalConfig; readonly faults: string[] } {
  try {
    return { config: parseTemporalConfig(env), faults: [] };
  } catch (error) {
    return { faults: [errorText(error)] };
  }
}
