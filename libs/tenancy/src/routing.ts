import { type Registry, tenantOf } from './registry.js';
import { type Tenant } from './tenant.js';

/** Task queue that all tenants on the pooled route share. */
export const POOL_TASK_QUEUE = 'pool-deployments';

/** Task queue that is the tenant's own, whether or not it is on a route that uses it. */
export const ownTaskQueueOf = (tenantId: string): string => `tenant-${tenantId}-deployments`;

/** Inverse of `ownTaskQueueOf`; undefined for any other task queue. */
export const tenantOfTaskQueue = (taskQueue: string): string | undefined =>
  /^tenant-(.+)-deployments$/.exec(taskQueue)?.[1];

/** Task queue of the tenant's gate, deployments and device activities. */
export function taskQueueOf(tenant: Pick<Tenant, 'id' | 'route'>): string {
  switch (tenant.route) {
    case 'pooled':
      return POOL_TASK_QUEUE;
    case 'queue':
    case 'dedicated':
    case 'namespace':
      return ownTaskQueueOf(tenant.id);
  }
}

/** Temporal namespace of the tenant's workflows; `shared` is the one for all tenants without their own. */
export function namespaceOf(tenant: Pick<Tenant, 'id' | 'route'>, shared: string): string {
  switch (tenant.route) {
    case 'pooled':
    case 'queue':
    case 'dedicated':
      return shared;
    case 'namespace':
      return `tenant-${tenant.id}`;
  }
}

/** The same of a tenant of the registry; undefined where that has none of this id. */
export function namespaceOfTenant(registry: Registry, tenantId: string, shared: string): string | undefined {
  const tenant = tenantOf(registry, tenantId);
  return tenant && namespaceOf(tenant, shared);
}

/** Which of the two worker services serves the tenant. */
export function workerOf(tenant: Pick<Tenant, 'route'>): 'shared' | 'dedicated' {
  switch (tenant.route) {
    case 'pooled':
    case 'queue':
      return 'shared';
    case 'dedicated':
    case 'namespace':
      return 'dedicated';
  }
}
