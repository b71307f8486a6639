import { VecinoError } from '@vecino/foundation';
import { type Registry, type Tenant, tenantOf } from '@vecino/tenancy';

/**
 * The tenant that was named, or all where none was.
 * @throws VecinoError UNKNOWN_TENANT
 */
export function tenantsToAsk(registry: Registry, tenantId: string | undefined): readonly Tenant[] {
  if (tenantId === undefined) return registry.tenants;
  const tenant = tenantOf(registry, tenantId);
  if (tenant !== undefined) return [tenant];
  const known = registry.tenants.map(({ id }) => id).join(', ');
  throw new VecinoError('UNKNOWN_TENANT', `${registry.source} has no tenant ${tenantId}; it has ${known}`, {
    disposition: 'terminal',
  });
}
