import { type Route } from '@vecino/tenancy';

/** A tenant of a test. Its routers are simulated at the first addresses of its network. */
export interface TenantPlan {
  readonly id: string;
  readonly route: Route;
  readonly cap: number;
  /** Requests taken in any window; so many that they are never met unless given. */
  readonly intake?: number;
  /** Requests that may wait; so many that they are never met unless given. */
  readonly queue?: number;
  readonly routers: number;
}

const NEVER_MET = 20_000;
export const intakeOf = ({ intake = NEVER_MET }: TenantPlan): number => intake;

/**
 * The registry file of these tenants, each with a /24 of loopback addresses that no other test has. Upgrades do not soak: how
 * many there are counts here, not how careful each is.
 */
export const tenantsFile = (tenants: readonly TenantPlan[]): string =>
  JSON.stringify({
    revision: 1,
    lab: true,
    upgrade: { soak_seconds: 0, recovery_seconds: 60 },
    tenants: tenants.map((tenant, index) => ({
      id: tenant.id,
      tier: 'standard',
      route: tenant.route,
      networks: [`${networkOf(index)}.0/24`],
      limits: {
        max_concurrent_workflows_per_tenant: tenant.cap,
        intake_per_60_s: intakeOf(tenant),
        queue: tenant.queue ?? NEVER_MET,
      },
    })),
  });

/** The first three numbers of the addresses of the tenant with that index. */
export const networkOf = (index: number): string => `127.${30 + Math.floor(index / 256)}.${index % 256}`;

export interface PlannedRouter {
  readonly tenantId: string;
  readonly routerId: string;
  readonly routerIp: string;
}

/** `number` from 1. */
export const routerOf = (
  tenants: readonly TenantPlan[],
  tenantId: string,
  number: number,
): PlannedRouter => ({
  tenantId,
  routerId: `${tenantId}-r${number}`,
  routerIp: `${networkOf(tenants.findIndex(({ id }) => id === tenantId))}.${number}`,
});

export const routersOf = (tenants: readonly TenantPlan[]): PlannedRouter[] =>
  tenants.flatMap(({ id, routers }) =>
    Array.from({ length: routers }, (_, index) => routerOf(tenants, id, index + 1)),
  );

/** The tenant of one of these routers. */
export const tenantOfRouter = (routerId: string): string => routerId.replace(/-r\d+$/, '');
