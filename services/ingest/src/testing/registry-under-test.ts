import { parseRegistry, type Registry } from '@vecino/tenancy';

/** A lab registry with these tenants: the first has 127.30.1.0/24, the next 127.30.2.0/24 and so on. */
export function registryOf(...tenantIds: readonly string[]): Registry {
  const tenants = tenantIds.map((id, i) => ({ id, tier: 'standard', networks: [`127.30.${i + 1}.0/24`] }));
  const parsed = parseRegistry(JSON.stringify({ lab: true, tenants }), { source: 'test' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.registry;
}
