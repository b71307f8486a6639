import { namespaceOf, ownTaskQueueOf, type Tenant } from '@vecino/tenancy';
import { type QueueAssignment, tenantLimits } from '@vecino/temporal';

/** The tenant's own task queue in this namespace, for a Worker that serves nobody else. */
export const ownQueueOf = (tenant: Tenant, namespace: string): QueueAssignment => ({
  namespace,
  taskQueue: ownTaskQueueOf(tenant.id),
  limits: {
    ...tenantLimits(tenant.limits.maxConcurrentWorkflows),
    activities: tenant.limits.maxConcurrentActivities,
  },
  tenantId: tenant.id,
});

/** The same, where the tenant's route has it now. `sharedNamespace` is the platform's. */
export const queueOf = (tenant: Tenant, sharedNamespace: string): QueueAssignment =>
  ownQueueOf(tenant, namespaceOf(tenant, sharedNamespace));
