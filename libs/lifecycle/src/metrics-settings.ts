import { DEFAULT_MAX_TENANTS } from '@vecino/telemetry';
import { z } from 'zod';
import { type HealthAddress, healthAddress } from './health-address.js';

export interface MetricsSettings {
  /** Metrics are scraped nowhere where there is none. */
  readonly address?: HealthAddress;
  /** Tenants that have a name in labels. */
  readonly maxTenants: number;
}

/** The variables, for the schema of a service. */
export const METRICS_VARIABLES = {
  VECINO_METRICS_ADDRESS: z.preprocess(emptyIsUnset, healthAddress.optional()),
  VECINO_METRICS_MAX_TENANTS: z.preprocess(
    emptyIsUnset,
    z.coerce.number().int().min(0).max(10_000).default(DEFAULT_MAX_TENANTS),
  ),
};

export const metricsSettings = (data: {
  readonly VECINO_METRICS_ADDRESS?: HealthAddress | undefined;
  readonly VECINO_METRICS_MAX_TENANTS: number;
}): MetricsSettings => ({
  ...(data.VECINO_METRICS_ADDRESS && { address: data.VECINO_METRICS_ADDRESS }),
  maxTenants: data.VECINO_METRICS_MAX_TENANTS,
});

function emptyIsUnset(value: unknown): unknown {
  return value === '' ? undefined : value;
}
