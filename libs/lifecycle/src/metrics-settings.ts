import type { HealthAddress } from './health-address.js';

export interface MetricsSettings {
  /** Metrics are scraped nowhere where there is none. */
  readonly address?: HealthAddress;
  /** Tenants that have a name in labels. */
  readonly maxTenants: number;
}
