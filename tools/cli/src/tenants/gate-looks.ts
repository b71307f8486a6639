import { namespaceOf, type Route, type Tenant } from '@vecino/tenancy';
import {
  countTenantRuns,
  gateStanding,
  type GateStanding,
  listRunningOf,
  listTenantRuns,
  type QueueStanding,
  queueStanding,
  type TenantRun,
} from '@vecino/temporal';
import { type PlatformEnvironment } from '../platform-access.js';
import { withTemporal } from '../temporal-access.js';
import { withWaker } from '../wake-access.js';

/** Where to look: a tenant on a route that it has, had, or is about to have. */
type Place = { readonly id: Tenant['id']; readonly route: Route };

/** What Temporal and a tenant's gate say of the tenant's work. */
export interface GateLooks {
  /** A gate that sleeps is woken to answer. */
  standing(place: Place): Promise<GateStanding>;
  running(place: Place, taskQueue: string): Promise<number>;
  runsSince(place: Place, since: number): Promise<readonly TenantRun[]>;
  /** Those that run, the longest first. */
  runningOf(place: Place): Promise<readonly TenantRun[]>;
  /** Who asks for the workflow tasks of a queue of the place, and how many wait. */
  queue(place: Place, taskQueue: string): Promise<QueueStanding>;
  /** The namespace of the place. */
  namespace(place: Place): string;
}

/** Connects for the length of `use`. */
export const withGateLooks = <T>(
  env: PlatformEnvironment,
  use: (looks: GateLooks) => Promise<T>,
): Promise<T> =>
  withWaker(env, (waker) =>
    withTemporal(env, ({ client }, { namespace: shared }) => {
      const namespace = (place: Place) => namespaceOf(place, shared);
      return use({
        namespace,
        standing: (place) => gateStanding(client, namespace(place), place.id, waker),
        running: (place, taskQueue) => countTenantRuns(client, namespace(place), place.id, taskQueue),
        runningOf: (place) => listRunningOf(client, namespace(place), place.id),
        queue: (place, taskQueue) => queueStanding(client, taskQueue, 'workflow', namespace(place)),
        runsSince: (place, since) => listTenantRuns(client, namespace(place), place.id, since),
      });
    }),
  );
