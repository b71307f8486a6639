import type { Environment } from '@vecino/telemetry';
import { duration, faultsOf, parseWorkerConfig, type WorkerConfig } from '@vecino/worker';
import { z } from 'zod';

export interface WorkerSharedConfig extends WorkerConfig {
  /** A tenant's Worker stays for at least so long after its last wake. */
  readonly idleGraceMs: number;
  /** Workers for tenants with a queue of their own at once. */
  readonly maxTenantWorkers: number;
}

export type ConfigResult =
  | { readonly ok: true; readonly config: WorkerSharedConfig }
  /** All faults at once, each naming its variable. */
  | { readonly ok: false; readonly faults: readonly string[] };

/** A wake stands for 10 s, and a call takes 10 s at most: a Worker that ended sooner could miss what comes with an earlier wake. */
const SHORTEST_IDLE_GRACE_MS = 30_000;

const schema = z.object({
  VECINO_IDLE_GRACE: duration
    .refine((ms) => ms >= SHORTEST_IDLE_GRACE_MS, { error: 'is at least 30s' })
    .default(60_000),
  VECINO_MAX_TENANT_WORKERS: z.coerce.number().int().min(1).max(10_000).default(250),
});

/** Pure: opens nothing but the files that Temporal's own variables name. */
export function parseConfig(env: Environment): ConfigResult {
  const common = parseWorkerConfig(env);
  const own = schema.safeParse({
    VECINO_IDLE_GRACE: env['VECINO_IDLE_GRACE'] || undefined,
    VECINO_MAX_TENANT_WORKERS: env['VECINO_MAX_TENANT_WORKERS'] || undefined,
  });
  const faults = [...(own.success ? [] : faultsOf(own.error)), ...common.faults];
  if (!own.success || !common.config) return { ok: false, faults };
  const { VECINO_IDLE_GRACE: idleGraceMs, VECINO_MAX_TENANT_WORKERS: maxTenantWorkers } = own.data;
  return { ok: true, config: { ...common.config, idleGraceMs, maxTenantWorkers } };
}
