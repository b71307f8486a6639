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

/** Deployments at once of a tenant that the registry has no more. */
const LEFTOVER_CAP = 10;

/** The same for what a removed tenant left behind there. */
export const leftoverQueueOf = (tenantId: string, namespace: string): QueueAssignment => ({
  namespace,
  taskQueue: ownTaskQueueOf(tenantId),
  limits: tenantLimits(LEFTOVER_CAP),
  tenantId,
});

/** The queue of a tenant, where its route has it now. `sharedNamespace` is the platform's. */
export const queueOf = (tenant: Tenant, sharedNamespace: string): QueueAssignment =>
  ownQueueOf(tenant, namespaceOf(tenant, sharedNamespace));
