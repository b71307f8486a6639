import { namespaceOf, type Tenant, taskQueueOf } from '@vecino/tenancy';
import { type QueueAssignment, tenantLimits } from '@vecino/temporal';

/** The tenant's own task queue, for a Worker that serves nobody else. `sharedNamespace` is the platform's. */
export const queueOf = (tenant: Tenant, sharedNamespace: string): QueueAssignment => ({
  namespace: namespaceOf(tenant, sharedNamespace),
  taskQueue: taskQueueOf(tenant),
  limits: {
    ...tenantLimits(tenant.limits.maxConcurrentWorkflows),
    activities: tenant.limits.maxConcurrentActivities,
  },
  tenantId: tenant.id,
});
