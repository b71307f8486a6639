import type { Route, Tier } from '@vecino/tenancy';

/** Tenants of one measurement: their ids start with a prefix of their own, so that no gate is met twice. */
export interface Tenants {
  readonly ids: readonly string[];
  readonly file: string;
}

/** What the tenants of a measurement are like; the intake limit is out of the way unless one is asked for. */
export interface TenantShape {
  readonly cap: number;
  /** Activities at once on the tenant's own queue; the platform's default where left out. */
  readonly activities?: number;
  readonly route?: Route | ((n: number) => Route);
  readonly tier?: (n: number) => Tier;
}

/** A network for the tenant of that number: a /16 while there are few enough, a /24 otherwise. */
export const networkOf = (n: number, count: number): string =>
  count <= 256 ? `10.${n}.0.0/16` : `10.${n >> 8}.${n & 255}.0/24`;

export const tenantsYaml = (ids: readonly string[], shape: TenantShape): string =>
  ['tenants:', ...ids.map((id, n) => entryOf(id, n, ids.length, shape)), ''].join('\n');

function entryOf(id: string, n: number, count: number, shape: TenantShape): string {
  const { cap, activities, route = 'queue', tier = () => 'premium' as const } = shape;
  const limits = [
    `max_concurrent_workflows_per_tenant: ${cap}`,
    ...(activities === undefined ? [] : [`max_concurrent_activities: ${activities}`]),
    'queue: 20000',
    'intake_per_60_s: 1000000',
  ];
  return [
    `  - id: ${id}`,
    `    name: ${id}`,
    `    tier: ${tier(n)}`,
    `    route: ${typeof route === 'string' ? route : route(n)}`,
    `    networks: [${networkOf(n, count)}]`,
    `    limits: { ${limits.join(', ')} }`,
  ].join('\n');
}
