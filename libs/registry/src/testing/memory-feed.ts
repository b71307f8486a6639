import { diff, type Registry } from '@vecino/tenancy';
import type { RegistryFeed, RegistryListener } from '../follow-registry.js';

/** A registry in memory, that a test changes. */
export interface MemoryFeed extends RegistryFeed {
  set(registry: Registry): void;
}

export function memoryFeed(first: Registry): MemoryFeed {
  let current = first;
  const listeners = new Set<RegistryListener>();
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
