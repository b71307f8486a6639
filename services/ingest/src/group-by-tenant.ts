import type { Tenant } from '@vecino/tenancy';
import { itemBytes } from './item-bytes.js';
import type { Verdict } from './judge-record.js';
import type { WeighedItem } from './next-chunk.js';

export interface TenantItems {
  readonly tenant: Tenant;
  /** In offset order, refused ones in their place. */
  readonly items: WeighedItem[];
}

/** What goes to which gate. Pure. */
export function groupByTenant(verdicts: readonly Verdict[]): TenantItems[] {
  const groups = new Map<string, TenantItems>();
  for (const verdict of verdicts) {
    if (verdict.kind === 'undeliverable') continue;
    const { tenant, item } = verdict;
    let group = groups.get(tenant.id);
    if (!group) groups.set(tenant.id, (group = { tenant, items: [] }));
    group.items.push({ item, bytes: itemBytes(item) });
  }
  return [...groups.values()];
}
