import { type ReasonCode } from '@vecino/foundation';
import { type FleetSettings } from '@vecino/router-simulator';
import { type Tenant } from '@vecino/tenancy';
import { type SentRequest } from './sent-request.js';

export const FLEET_PER_TENANT = 40;
const UPGRADED_ROUTERS = 35;
const ROUTERS_WITH_THREE = 5;

/** Routers that reboot fast: their number and their work count, not how long they take. */
export const QUICK_REBOOT = { rebootStartMs: 5, rebootMs: 200 } satisfies Partial<FleetSettings>;

/**
 * Fifty requests for a tenant: 35 routers are upgraded, five of them three times in a row, one is asked for the version
 * that it then has, two routers lie outside of the tenant's networks, and two are asked for a version that nobody has.
 */
export function planRequests(tenant: Tenant, round: string): SentRequest[] {
  const entries: SentRequest[] = [];
  const add = (
    router: number,
    softwareVersion: string,
    end: ReasonCode = 'UPGRADED',
    routerIp = addressOf(tenant, router),
  ) =>
    entries.push({
      deploymentId: `${round}-${tenant.id}-${String(entries.length + 1).padStart(2, '0')}`,
      tenantId: tenant.id,
      routerId: routerIdOf(tenant.id, router),
      routerIp,
      softwareVersion,
      mayEnd: [end],
      sentAt: 0,
    });
  for (let router = 1; router <= UPGRADED_ROUTERS; router += 1) {
    add(router, '1.1.0');
    if (router > ROUTERS_WITH_THREE) continue;
    add(router, '2.0.0');
    add(router, '2.1.0');
  }
  add(ROUTERS_WITH_THREE + 1, '1.1.0', 'ALREADY_RUNNING');
  for (const router of [36, 37]) add(router, '1.1.0', 'ROUTER_OUTSIDE_NETWORKS', `10.99.0.${router}`);
  for (const router of [38, 39]) add(router, '9.9.9', 'IMAGE_UNKNOWN');
  return entries;
}

/** The first upgrade of a router. */
export const planUpgrade = (tenant: Tenant, router: number): SentRequest => ({
  deploymentId: `upgrade-${router}`,
  tenantId: tenant.id,
  routerId: routerIdOf(tenant.id, router),
  routerIp: addressOf(tenant, router),
  softwareVersion: '1.1.0',
  mayEnd: ['UPGRADED'],
  sentAt: 0,
});

/** As the platform numbers them. */
export const routerIdOf = (tenantId: string, router: number): string =>
  `${tenantId}-${String(router).padStart(3, '0')}`;

/** First address of the tenant's first network for router 1. Tenants of the test registry have /24 networks. */
export function addressOf(tenant: Tenant, router: number): string {
  const base = tenant.networks[0]?.base ?? 0n;
  const value = base + BigInt(router);
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
}
