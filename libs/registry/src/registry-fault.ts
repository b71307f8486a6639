import { REGISTRY_LEASE_MS } from '@vecino/tenancy';
import type { RegistryFeed } from './follow-registry.js';

/** Why the registry may be older than whoever acts by it may take; undefined where it is not. Without a feed it was not read yet. */
export function registryFault(feed: Pick<RegistryFeed, 'ageMs'> | undefined): string | undefined {
  const ageMs = feed?.ageMs() ?? Infinity;
  if (ageMs <= REGISTRY_LEASE_MS) return undefined;
  return Number.isFinite(ageMs) ? `not read for ${Math.round(ageMs / 1_000)} s` : 'not read yet';
}
