import type { RegistryFeed } from '@vecino/registry';
import type { Logger } from '@vecino/telemetry';
import { namespaceOf, type Registry, type Tenant, taskQueueOf } from '@vecino/tenancy';
import { tenantTable } from './tenant-table.js';
import type { WorkerRole, WorkerServiceDependencies } from './worker-service.js';

/** Thousands of tenants are told by their number and these first. */
const SHOWN_AT_MOST = 50;

/** Tells at the start which tenants the worker is for. */
export function announceTenants(
  { config, logger, print }: WorkerServiceDependencies,
  registry: Registry,
  role: Pick<WorkerRole, 'isServed'>,
): void {
  const { namespace } = config.temporal;
  const tenants = registry.tenants.filter((tenant) => role.isServed(tenant));
  const shown = tenants.slice(0, SHOWN_AT_MOST);
  const left = tenants.length - shown.length;
  if (tenants.length === 0)
    logger.warn({ registry: registry.source }, 'no tenant is configured for this worker');
  else if (print)
    print(`${tenantTable(shown, namespace)}\n${left > 0 ? `… and ${left.toLocaleString('en')} more\n` : ''}`);
  else {
    for (const tenant of shown) logger.info(fieldsOf(tenant, namespace), 'configured tenant');
    if (left > 0) logger.info({ tenants: tenants.length, not_shown: left }, 'configured tenants');
  }
}

/** Tells of each tenant that comes, goes, or is served otherwise than before. */
export function logTenantChanges(
  registry: RegistryFeed,
  namespace: string,
  role: Pick<WorkerRole, 'isServed'>,
  logger: Logger,
): void {
  registry.subscribe((_, { added, removed, changed }) => {
    for (const tenant of added.filter((one) => role.isServed(one)))
      logger.info(fieldsOf(tenant, namespace), 'tenant added');
    for (const tenant of removed.filter((one) => role.isServed(one)))
      logger.info(fieldsOf(tenant, namespace), 'tenant removed');
    for (const { before, after, fields } of changed) {
      if (role.isServed(before) || role.isServed(after))
        logger.info({ ...fieldsOf(after, namespace), changed: fields }, 'tenant changed');
    }
  });
}

const fieldsOf = (tenant: Tenant, namespace: string) => ({
  tenant_id: tenant.id,
  tier: tenant.tier,
  route: tenant.route,
  task_queue: taskQueueOf(tenant),
  temporal_namespace: namespaceOf(tenant, namespace),
});
