import { POOL_TASK_QUEUE, type Registry, type Tenant, workerOf } from '@vecino/tenancy';
import { POOL_LIMITS, type QueueAssignment } from '@vecino/temporal';
import {
  createWorkerService,
  queueOf,
  type WorkerService,
  type WorkerServiceDependencies,
} from '@vecino/worker';

/** Serves every tenant on the pooled and queue routes. Any number of these may run side by side. */
export function createWorkerSharedService(deps: WorkerServiceDependencies): WorkerService {
  const tenants = sharedTenants(deps.registry());
  return createWorkerService(deps, { tenants, queues: queuesOf(tenants, deps.config.temporal.namespace) });
}

export const sharedTenants = (registry: Registry): readonly Tenant[] =>
  registry.tenants.filter((tenant) => workerOf(tenant) === 'shared');

/** One queue for the pool, however many tenants swim in it, and one for each tenant that has its own. */
export function queuesOf(tenants: readonly Tenant[], namespace: string): readonly QueueAssignment[] {
  const own = tenants.filter(({ route }) => route !== 'pooled').map((tenant) => queueOf(tenant, namespace));
  const pool: QueueAssignment = { namespace, taskQueue: POOL_TASK_QUEUE, limits: POOL_LIMITS };
  return own.length === tenants.length ? own : [pool, ...own];
}
