import { Client } from '@temporalio/client';
import { closeInTime, type Service } from '@vecino/lifecycle';
import { namespaceOf } from '@vecino/tenancy';
import { connectTemporalClient, createQueueLooks, type ServedQueue } from '@vecino/temporal';
import {
  type Attendant,
  createWorkerService,
  type WorkerServiceDependencies,
  type WorkerSurroundings,
} from '@vecino/worker';
import type { WorkerDedicatedConfig } from './config.js';
import { TenantFollower } from './tenant-follower.js';

export interface WorkerDedicatedDependencies extends WorkerServiceDependencies {
  readonly config: WorkerDedicatedConfig;
  /** Tests look for what is left behind more often. */
  readonly lookMs?: number;
}

/** Serves one tenant while it is on the dedicated or namespace route, and nobody else. */
export const createWorkerDedicatedService = (deps: WorkerDedicatedDependencies): Service => {
  const { tenantId } = deps.config;
  const logger = deps.logger.child({ tenant_id: tenantId });
  return createWorkerService(
    { ...deps, logger },
    {
      name: 'vecino-worker-dedicated',
      isServed: ({ id }) => id === tenantId,
      pollingFault: anyFault,
      attend: (around) => followTenant(deps, around),
    },
  );
};

/** Its tenant's queues are all that it is there for; where they are another worker's, none is. */
const anyFault = (served: readonly ServedQueue[]): string | undefined =>
  served.find(({ fault }) => fault !== undefined)?.fault;

const CLOSE_MS = 5_000;

async function followTenant(
  { config, lookMs }: WorkerDedicatedDependencies,
  { registry, fleet, logger, signal }: WorkerSurroundings,
): Promise<Attendant> {
  const { tenantId, temporal } = config;
  const { client, close } = await connectTemporalClient({ config: temporal, logger, signal });
  const namespace = namespaceOf({ id: tenantId, route: 'namespace' }, temporal.namespace);
  const follower = new TenantFollower({
    tenantId,
    registry,
    fleet,
    looks: createQueueLooks(new Client({ connection: client.connection, namespace })),
    sharedNamespace: temporal.namespace,
    logger,
    ...(lookMs !== undefined && { lookMs }),
  });
  await follower.start();
  return {
    stop: () => closeInTime(logger, CLOSE_MS, { follower: () => follower.stop(), temporal: close }),
  };
}
