import { VecinoError } from '@vecino/foundation';
import { type Registry, tenantOf } from '@vecino/tenancy';
import { type CliErrorCode } from '../cli-errors.js';
import { FIRST_VERSION, IMAGE_VERSIONS, planRouters } from '../platform-plan.js';

/** One router of the demo and what it is asked to run. */
export interface DemoTarget {
  readonly tenantId: string;
  readonly routerId: string;
  readonly routerIp: string;
  readonly softwareVersion: string;
}

/** How many routers of each tenant the demo upgrades. */
export const DEMO_TENANTS: readonly { readonly tenantId: string; readonly routers: number }[] = [
  { tenantId: 'chogar', routers: 2 },
  { tenantId: 'amovil', routers: 1 },
  { tenantId: 'afijo', routers: 3 },
  { tenantId: 'mayorista', routers: 1 },
];

/**
 * @param running versions that routers run now, by router id; one that is not in it is taken to run the first.
 * @throws VecinoError DEMO_IMPOSSIBLE where a tenant has no simulated routers.
 */
export function planDemo(registry: Registry, running: ReadonlyMap<string, string>): DemoTarget[] {
  return DEMO_TENANTS.flatMap(({ tenantId, routers }) => {
    const tenant = tenantOf(registry, tenantId);
    const planned = tenant === undefined ? [] : planRouters([tenant], 0).slice(0, routers);
    if (planned.length < routers)
      throw new VecinoError<CliErrorCode>(
        'DEMO_IMPOSSIBLE',
        `the demo upgrades ${routers} simulated router(s) of tenant ${tenantId}, and ${registry.source} gives it ${planned.length}: use deploy/tenants.yaml of this repository, or add the tenant with lab: true and an IPv4 network`,
        { disposition: 'terminal' },
      );
    return planned.map(({ routerId, address }) => ({
      tenantId,
      routerId,
      routerIp: address,
      softwareVersion: nextVersion(running.get(routerId) ?? FIRST_VERSION),
    }));
  });
}

/** The next version in the image store, so that there is something to do however often the demo runs. */
export const nextVersion = (running: string): string =>
  IMAGE_VERSIONS[(IMAGE_VERSIONS.indexOf(running) + 1) % IMAGE_VERSIONS.length] ?? FIRST_VERSION;
