import type { ParsedConfig } from '@vecino/lifecycle';
import { parseServiceConfig } from '@vecino/lifecycle/config';
import type { Environment } from '@vecino/telemetry';
import { duration, WORKER_VARIABLES, type WorkerConfig, workerConfigOf, workerSchema } from '@vecino/worker';
import { z } from 'zod';

export interface WorkerSharedConfig extends WorkerConfig {
  /** A tenant's Worker stays for at least so long after its last wake. */
  readonly idleGraceMs: number;
  /** Workers for tenants with a queue of their own at once. */
  readonly maxTenantWorkers: number;
}

/** A wake stands for 10 s, and a call takes 10 s at most: a Worker that ended sooner could miss what comes with an earlier wake. */
const SHORTEST_IDLE_GRACE_MS = 30_000;

const OWN = {
  VECINO_IDLE_GRACE: duration
    .refine((ms) => ms >= SHORTEST_IDLE_GRACE_MS, { error: 'is at least 30s' })
    .prefault('60s')
    .describe(
      "A Worker for a tenant on the route `queue` stays for at least so long after its tenant's last [wake](topics.md#wakes); at least `30s`.",
    ),
  VECINO_MAX_TENANT_WORKERS: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(250)
    .describe(
      'Workers for tenants with a queue of their own at once, of about 30 MB each. Beyond, tenants wait for one that ends, or for another process.',
    ),
};

/** Each with what docs/configuration.md tells of it. */
export const VARIABLES = { ...WORKER_VARIABLES, ...OWN };

const schema = workerSchema.extend(OWN);

/** Pure: opens nothing but the files that Temporal's own variables name. */
export function parseConfig(env: Environment): ParsedConfig<WorkerSharedConfig> {
  const parsed = parseServiceConfig(env, schema);
  if (!parsed.ok) return parsed;
  const { common, own } = parsed.config;
  const { VECINO_IDLE_GRACE: idleGraceMs, VECINO_MAX_TENANT_WORKERS: maxTenantWorkers } = own;
  return { ok: true, config: { ...workerConfigOf(common, own), idleGraceMs, maxTenantWorkers } };
}
