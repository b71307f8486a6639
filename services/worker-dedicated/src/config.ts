import { isTenantId, type TenantId } from '@vecino/foundation';
import type { Environment } from '@vecino/telemetry';
import { faultsOf, parseWorkerConfig, type WorkerConfig } from '@vecino/worker';
import { z } from 'zod';

export interface WorkerDedicatedConfig extends WorkerConfig {
  readonly tenantId: TenantId;
}

export type ConfigResult =
  | { readonly ok: true; readonly config: WorkerDedicatedConfig }
  /** All faults at once, each naming its variable. */
  | { readonly ok: false; readonly faults: readonly string[] };

const schema = z.object({
  VECINO_TENANT: z
    .string({ error: 'is missing: the tenant that this worker serves' })
    .refine(isTenantId, { error: 'is no tenant id' }),
});

/** Pure: opens nothing but the files that Temporal's own variables name. */
export function parseConfig(env: Environment): ConfigResult {
  const common = parseWorkerConfig(env);
  const own = schema.safeParse({ VECINO_TENANT: env['VECINO_TENANT'] || undefined });
  const faults = [...(own.success ? [] : faultsOf(own.error)), ...common.faults];
  if (!own.success || !common.config) return { ok: false, faults };
  return { ok: true, config: { ...common.config, tenantId: own.data.VECINO_TENANT } };
}
