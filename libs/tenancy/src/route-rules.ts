import { type RegistryFault } from './registry-fault.js';
import { type Tenant } from './tenant.js';
import { type Route } from './tier.js';

/** Between such routes a tenant changes at once: gate and deployments stay where they are. */
export const staysInNamespace = (from: Route, to: Route): boolean =>
  (from === 'namespace') === (to === 'namespace');

/** What the grammar cannot say of one tenant. */
export function tenantFaults({ id, route, moving, leaving }: Tenant): RegistryFault[] {
  if (moving === undefined) return [];
  const faults: RegistryFault[] = [];
  if (staysInNamespace(route, moving.to))
    faults.push({
      tenant: id,
      key: 'moving.to',
      reason: `from ${route} to ${moving.to} is no move: both are in one namespace`,
    });
  if (leaving !== undefined)
    faults.push({
      tenant: id,
      key: 'leaving',
      reason: 'a tenant on its way to another namespace cannot leave: end or take back its move first',
    });
  return faults;
}

/** A route changes only as far as nobody has to hand work over; `key` is what changed it. */
export function routeChangeFaults(before: Tenant, after: Tenant, key: 'tier' | 'route'): RegistryFault[] {
  if (before.route === after.route) return [];
  const change = `the route would change from ${before.route} to ${after.route}`;
  if (before.moving !== undefined)
    return [
      { tenant: after.id, key, reason: `${change} in the middle of a move: end or take back the move` },
    ];
  if (staysInNamespace(before.route, after.route)) return [];
  const remedy = key === 'tier' ? `, or set route: ${before.route} with the tier` : '';
  return [{ tenant: after.id, key, reason: `${change}, into another namespace: move the tenant${remedy}` }];
}
