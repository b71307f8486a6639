import { classifyIp, contains, parseIp, type IpClass, type Reason } from '@vecino/foundation';
import { type Tenant } from './tenant.js';

export type Reach = { readonly allowed: true } | { readonly allowed: false; readonly reason: Reason };

/** Classes that only a laboratory dials. */
const LAB_CLASSES: ReadonlySet<IpClass> = new Set<IpClass>(['loopback', 'link-local', 'multicast']);
/** Classes that nobody dials. */
const DEAD_CLASSES: ReadonlySet<IpClass> = new Set<IpClass>(['unspecified', 'broadcast']);

export const mayHoldRouters = (ipClass: IpClass, lab: boolean): boolean =>
  !DEAD_CLASSES.has(ipClass) && (lab || !LAB_CLASSES.has(ipClass));

/**
 * Whether the platform may dial the address for this tenant: asked before every connection, because a request is not to be
 * believed. Anything that is not a canonical address is refused.
 */
export function mayReach(tenant: Pick<Tenant, 'id' | 'networks' | 'lab'>, ip: string): Reach {
  const address = parseIp(ip);
  if (address === undefined) return refused(`${JSON.stringify(ip.slice(0, 64))} is no canonical IP address`);
  if (!tenant.networks.some((network) => contains(network, address))) {
    return refused(`${ip} is not in the networks of tenant ${tenant.id}`);
  }
  // The registry refuses such networks too; this guards entries that did not come through it.
  const ipClass = classifyIp(address);
  if (!mayHoldRouters(ipClass, tenant.lab)) return refused(`${ip} is a ${ipClass} address`);
  return { allowed: true };
}

const refused = (text: string): Reach => ({
  allowed: false,
  reason: { code: 'ROUTER_OUTSIDE_NETWORKS', text },
});
