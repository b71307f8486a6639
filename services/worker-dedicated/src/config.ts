import { isTenantId, type TenantId } from '@vecino/foundation';
import type { ParsedConfig } from '@vecino/lifecycle';
import { parseServiceConfig } from '@vecino/lifecycle/config';
import type { Environment } from '@vecino/telemetry';
import { WORKER_VARIABLES, type WorkerConfig, workerConfigOf, workerSchema } from '@vecino/worker';
import { z } from 'zod';

export interface WorkerDedicatedConfig extends WorkerConfig {
  readonly tenantId: TenantId;
}

const OWN = {
  VECINO_TENANT: z
    .string({ error: 'is missing: the tenant that this worker serves' })
    .refine(isTenantId, { error: 'is no tenant id' })
    .describe(
      'The one tenant that this worker serves. Nothing is done while it is on another route than `dedicated` or `namespace`, or not in the registry.',
    ),
};

/** Each with what docs/configuration.md tells of it. */
export const VARIABLES = { ...OWN, ...WORKER_VARIABLES };

const schema = workerSchema.extend(OWN);

/** Pure: opens nothing but the files that Temporal's own variables name. */
export function parseConfig(env: Environment): ParsedConfig<WorkerDedicatedConfig> {
  const parsed = parseServiceConfig(env, schema);
  if (!parsed.ok) return parsed;
  const { common, own } = parsed.config;
  return { ok: true, config: { ...workerConfigOf(common, own), tenantId: own.VECINO_TENANT } };
}
