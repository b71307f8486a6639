import { FIRST_VERSION } from '@vecino/cli';
import { numbered, type RequestStream } from './request-stream.js';
import { routerOf, type TenantPlan } from './tenant-plan.js';

/** What one tenant is asked for while it moves: so many requests a second of each kind. */
export interface MoveMix {
  /** Upgrades, of a few routers again and again. */
  readonly upgrades: number;
  /** For what the router runs already: a deployment, but a short one. */
  readonly repeats: number;
  /** For an address that is not the tenant's: the gate answers without a deployment. */
  readonly refusals: number;
}

export const REPEATED_ROUTERS = 40;
export const UPGRADED_ROUTERS = 20;
/** One more for an upgrade that takes its time. */
export const SLOW_ROUTER = REPEATED_ROUTERS + UPGRADED_ROUTERS + 1;
export const VERSIONS = ['1.1.0', '2.0.0', '2.1.0'] as const;

/**
 * In the order of the partition each upgrade finds something to do, and each repeat nothing: what overtakes on its router ends in another
 * way than it must.
 */
export const moveStreams = (
  tenants: readonly TenantPlan[],
  tenantId: string,
  { upgrades, repeats, refusals }: MoveMix,
): readonly RequestStream[] => [
  numbered(upgrades, (number) => ({
    ...routerOf(tenants, tenantId, REPEATED_ROUTERS + 1 + (number % UPGRADED_ROUTERS)),
    softwareVersion: VERSIONS[Math.floor(number / UPGRADED_ROUTERS) % VERSIONS.length] ?? VERSIONS[0],
    mayEnd: ['UPGRADED'],
  })),
  numbered(repeats, (number) => ({
    ...routerOf(tenants, tenantId, 1 + (number % REPEATED_ROUTERS)),
    softwareVersion: FIRST_VERSION,
    mayEnd: ['ALREADY_RUNNING'],
  })),
  numbered(refusals, (number) => ({
    ...routerOf(tenants, tenantId, 1 + (number % REPEATED_ROUTERS)),
    routerIp: '10.99.0.1',
    softwareVersion: FIRST_VERSION,
    mayEnd: ['ROUTER_OUTSIDE_NETWORKS'],
  })),
];
