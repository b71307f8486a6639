import { namespaceOf, type Registry, type Route, type Tenant } from '@vecino/tenancy';

/** In which namespaces gates may need the projector. */
export interface Namespaces {
  /** Where tenants are, or are about to be. */
  readonly needed: ReadonlySet<string>;
  /** Those that tenants have left: served for as long as something runs there. */
  readonly left: ReadonlySet<string>;
}

export function namespacesOf({ tenants }: Registry, shared: string): Namespaces {
  const needed = new Set([shared]);
  const left = new Set<string>();
  const of = ({ id }: Tenant, route: Route): string => namespaceOf({ id, route }, shared);
  for (const tenant of tenants) {
    needed.add(of(tenant, tenant.route));
    if (tenant.moving !== undefined) needed.add(of(tenant, tenant.moving.to));
    if (tenant.moved !== undefined) left.add(of(tenant, tenant.moved.from));
  }
  for (const namespace of needed) left.delete(namespace);
  return { needed, left };
}
