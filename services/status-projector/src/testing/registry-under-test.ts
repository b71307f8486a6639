import { parseRegistry, type Registry } from '@vecino/tenancy';

/** Tenants on these routes, each with a network of its own. */
export function tenantsOn(routes: Readonly<Record<string, string>>): Registry {
  const tenants = Object.entries(routes).map(([id, route], index) => ({
    id,
    tier: 'basic',
    route,
    networks: [`10.${index >> 8}.${index & 255}.0/24`],
  }));
  const parsed = parseRegistry(JSON.stringify({ tenants }), { source: 'test' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.registry;
}

export const pausedPlatform = (registry: Registry, revision: number): Registry => ({
  ...registry,
  revision,
  controls: { ...registry.controls, revision, paused: { reason: 'a fire', at: 0 } },
});
