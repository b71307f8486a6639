import { type Registry, type Tenant, tenantOf } from '@vecino/tenancy';
import { unknownTenant } from './tenants/registry-refusal.js';

/**
 * The tenant that was named, or all where none was.
 * @throws Refusal UNKNOWN_TENANT
 */
export function tenantsToAsk(registry: Registry, tenantId: string | undefined): readonly Tenant[] {
  if (tenantId === undefined) return registry.tenants;
  const tenant = tenantOf(registry, tenantId);
  if (tenant !== undefined) return [tenant];
  throw unknownTenant(tenantId, registry);
}
