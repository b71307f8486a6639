import { mayInstall, tenantOf, type Registry } from '@vecino/tenancy';
import { DEFAULT_UPGRADE_POLICY } from '@vecino/upgrade';
import type { TenantRules } from './tenant-rules.js';

/** Rules as the tenants' registry has them at the moment of asking. A tenant that is not in it may have no image. */
export function registryTenantRules(registry: () => Registry): TenantRules {
  return {
    policyOf: (tenantId) => tenantOf(registry(), tenantId)?.upgrade ?? DEFAULT_UPGRADE_POLICY,
    mayInstall(tenantId, version) {
      const tenant = tenantOf(registry(), tenantId);
      return tenant !== undefined && mayInstall(tenant, version);
    },
  };
}
