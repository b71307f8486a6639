import type { Logger, Tracing } from '@vecino/telemetry';
import { namespaceOf, type Registry, type Tenant, taskQueueOf } from '@vecino/tenancy';
import { createWorkerFleet, type QueueAssignment } from '@vecino/temporal';
import { deviceActivitiesFor } from './device-activities-for.js';
import { tenantTable } from './tenant-table.js';
import type { WorkerConfig } from './worker-config.js';

export interface WorkerService {
  /** Resolves when every Worker polls, however long Temporal stays away. Rejects when stopped before. */
  start(): Promise<void>;
  /** Takes no new work, gives running activities their grace, then cancels them; their next attempt is another worker's. */
  stop(): Promise<void>;
  /** Whether every Worker polls. */
  ready(): boolean;
}

export interface WorkerServiceDependencies {
  readonly config: WorkerConfig;
  readonly registry: () => Registry;
  readonly tracing?: Tracing;
  readonly logger: Logger;
  /** A terminal: the tenants are then shown as a table there, and logged otherwise. */
  readonly print?: (text: string) => void;
}

/** What the worker services share; they differ in the tenants and queues that they take. */
export function createWorkerService(
  deps: WorkerServiceDependencies,
  served: { readonly tenants: readonly Tenant[]; readonly queues: readonly QueueAssignment[] },
): WorkerService {
  const { config, logger, registry, tracing } = deps;
  const fleet = createWorkerFleet({
    temporal: config.temporal,
    activities: deviceActivitiesFor(config, registry, logger),
    logger,
    shutdownGraceMs: config.shutdownGraceMs,
    ...(tracing && { tracing }),
  });
  let polling = false;
  return {
    async start() {
      announce(deps, served.tenants);
      await fleet.assign(served.queues);
      polling = true;
      logger.info({ tenants: served.tenants.length, task_queues: served.queues.length }, 'ready');
    },
    async stop() {
      polling = false;
      logger.info({ grace_ms: config.shutdownGraceMs }, 'stopping');
      await fleet.stop();
      logger.info({}, 'stopped');
    },
    ready: () => polling,
  };
}

function announce({ config, logger, print }: WorkerServiceDependencies, tenants: readonly Tenant[]): void {
  const { namespace } = config.temporal;
  if (tenants.length === 0)
    logger.warn({ file: config.tenantsFile }, 'no tenant is configured for this worker');
  else if (print) print(`${tenantTable(tenants, namespace)}\n`);
  else {
    for (const tenant of tenants) {
      const where = { task_queue: taskQueueOf(tenant), temporal_namespace: namespaceOf(tenant, namespace) };
      logger.info(
        { tenant_id: tenant.id, tier: tenant.tier, route: tenant.route, ...where },
        'configured tenant',
      );
    }
  }
}
