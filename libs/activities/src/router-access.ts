import type { Reason } from '@vecino/foundation';

/** How a tenant's router may be reached, or why not. */
export type RouterAccess =
  | {
      readonly allowed: true;
      readonly port: number;
      /** Plain text only where the registry says so for a laboratory. */
      readonly tls: boolean;
      /** Name the router's certificate must be issued for. */
      readonly serverName: string;
    }
  | { readonly allowed: false; readonly reason: Reason };

/** Asked before every activity: a tenant may have changed since the request was admitted. */
export interface RouterAccessPolicy {
  check(tenantId: string, routerId: string, routerIp: string): RouterAccess;
}
