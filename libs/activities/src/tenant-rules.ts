import type { Reason } from '@vecino/foundation';
import type { UpgradePolicy } from '@vecino/upgrade';

/** What a tenant asks of its upgrades, as its registry entry says at the moment of asking. */
export interface TenantRules {
  policyOf(tenantId: string): UpgradePolicy;
  /** Whether the tenant may have this version's image. */
  mayInstall(tenantId: string, version: string): boolean;
  /** The order that keeps this version from being started anywhere just now. */
  stopOf(version: string): Reason | undefined;
}
