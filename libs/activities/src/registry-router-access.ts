import { mayReach, tenantOf, type Registry } from '@vecino/tenancy';
import type { RouterAccessPolicy } from './router-access.js';

/** IANA's port for gNMI and gNOI. */
export const DEFAULT_DEVICE_PORT = 9339;

/** Access as the tenants' registry grants it at the moment of asking. A router's identity is its id. */
export function registryRouterAccess(
  registry: () => Registry,
  defaultPort = DEFAULT_DEVICE_PORT,
): RouterAccessPolicy {
  return {
    check(tenantId, routerId, routerIp) {
      const tenant = tenantOf(registry(), tenantId);
      if (tenant === undefined) {
        const text = `tenant ${tenantId} is not in the registry`;
        return { allowed: false, reason: { code: 'UNKNOWN_TENANT', text } };
      }
      const reach = mayReach(tenant, routerIp);
      if (!reach.allowed) return reach;
      const { port = defaultPort, tls } = tenant.device;
      return { allowed: true, port, tls, serverName: routerId };
    },
  };
}
