import { type Registry, type Tenant, tenantOf, workerOf } from '@vecino/tenancy';
import {
  createWorkerService,
  queueOf,
  WorkerFault,
  type WorkerService,
  type WorkerServiceDependencies,
} from '@vecino/worker';
import type { WorkerDedicatedConfig } from './config.js';

export interface WorkerDedicatedDependencies extends WorkerServiceDependencies {
  readonly config: WorkerDedicatedConfig;
}

/**
 * Serves one tenant on the dedicated or namespace route, and nobody else.
 *
 * @throws WorkerFault `TENANT_NOT_SERVED`
 */
export function createWorkerDedicatedService(deps: WorkerDedicatedDependencies): WorkerService {
  const tenant = dedicatedTenant(deps.registry(), deps.config.tenantId);
  const logger = deps.logger.child({ tenant_id: tenant.id });
  return createWorkerService(
    { ...deps, logger },
    { tenants: [tenant], queues: [queueOf(tenant, deps.config.temporal.namespace)] },
  );
}

export function dedicatedTenant(registry: Registry, id: string): Tenant {
  const tenant = tenantOf(registry, id);
  if (tenant === undefined) {
    const known = registry.tenants.map((other) => other.id).join(', ') || 'none';
    throw refusal(`VECINO_TENANT: ${id} is not in ${registry.source}; its tenants: ${known}`);
  }
  switch (workerOf(tenant)) {
    case 'dedicated':
      return tenant;
    case 'shared':
      throw refusal(
        `VECINO_TENANT: ${id} is on the route ${tenant.route}, which worker-shared serves; ` +
          `give it the route dedicated or namespace in ${registry.source}, or start worker-shared`,
      );
  }
}

const refusal = (message: string): WorkerFault => new WorkerFault('TENANT_NOT_SERVED', message);
