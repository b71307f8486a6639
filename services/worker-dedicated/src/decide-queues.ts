import { namespaceOf, type Route, type Tenant } from '@vecino/tenancy';
import type { QueueAssignment } from '@vecino/temporal';
import { ownQueueOf } from '@vecino/worker';

export interface DedicatedFacts {
  /** Undefined where the registry has no such tenant. */
  readonly tenant: Tenant | undefined;
  /** The namespace of all tenants without their own. */
  readonly sharedNamespace: string;
  /** The queue in the tenant's own namespace, as it was last served, while something may be left on it. */
  readonly leftover: QueueAssignment | undefined;
}

/**
 * Which queues are the worker's: that of its tenant's route, that of the route to which it is about to move, and the one in
 * its own namespace until nothing is left there. What it leaves behind in the shared namespace is worker-shared's.
 */
export function decideQueues(facts: DedicatedFacts): readonly QueueAssignment[] {
  const queues = facts.tenant === undefined ? [] : queuesOf(facts.tenant, facts.sharedNamespace);
  const { leftover } = facts;
  if (leftover === undefined || queues.some(({ namespace }) => namespace === leftover.namespace))
    return queues;
  return [...queues, leftover];
}

function queuesOf(tenant: Tenant, sharedNamespace: string): readonly QueueAssignment[] {
  const routes = [tenant.route, ...(tenant.moving ? [tenant.moving.to] : [])];
  const namespaces = routes
    .filter(hasDedicatedWorker)
    .map((route) => namespaceOf({ id: tenant.id, route }, sharedNamespace));
  return [...new Set(namespaces)].map((namespace) => ownQueueOf(tenant, namespace));
}

function hasDedicatedWorker(route: Route): boolean {
  switch (route) {
    case 'dedicated':
    case 'namespace':
      return true;
    case 'pooled':
    case 'queue':
      return false;
  }
}
