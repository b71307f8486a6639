import type { RegistryFeed } from '@vecino/registry';
import { diff, parseRegistry, type Registry } from '@vecino/tenancy';

/** A registry in memory, that a test changes. */
export interface MemoryFeed extends RegistryFeed {
  set(registry: Registry): void;
}

export function memoryFeed(first: Registry): MemoryFeed {
  let current = first;
  const listeners = new Set<Parameters<RegistryFeed['subscribe']>[0]>();
  return {
    current: () => current,
    ageMs: () => 0,
    beats: () => 0,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => Promise.resolve(),
    set: (next) => {
      const before = current;
      current = next;
      for (const listener of listeners) listener(next, diff(before, next));
    },
  };
}

/** Tenants on these routes, each with a network of its own. */
export function tenantsOn(routes: Readonly<Record<string, string>>): Registry {
  const tenants = Object.entries(routes).map(([id, route], index) => ({
    ...{ id, tier: 'basic', route },
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
