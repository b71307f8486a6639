import { preferTenants } from '@vecino/telemetry';
import { type Registry, TIERS } from '@vecino/tenancy';
import type { RegistryFeed } from './follow-registry.js';

/**
 * Sees that, where labels can't name all tenants, those of the highest tiers are named, and the same by every process that starts
 * with this registry.
 */
export function nameTenants(feed: Pick<RegistryFeed, 'current' | 'subscribe'>): void {
  preferTenants(tenantsByRank(feed.current()));
  feed.subscribe((registry) => preferTenants(tenantsByRank(registry)));
}

/** Ids, those of the highest tier first, and within a tier by id. */
export const tenantsByRank = ({ tenants }: Registry): readonly string[] =>
  tenants
    .toSorted((a, b) => TIERS.indexOf(b.tier) - TIERS.indexOf(a.tier) || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
