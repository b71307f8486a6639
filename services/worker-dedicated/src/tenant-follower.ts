import { setTimeout as sleep } from 'node:timers/promises';
import { type TenantId, VecinoError } from '@vecino/foundation';
import { createOutageLog } from '@vecino/messaging';
import type { RegistryFeed } from '@vecino/registry';
import type { Logger } from '@vecino/telemetry';
import { namespaceOf, ownTaskQueueOf, tenantOf } from '@vecino/tenancy';
import type { QueueAssignment, QueueLooks, WorkerFleet } from '@vecino/temporal';
import { leftoverQueueOf, ownQueueOf } from '@vecino/worker';
import { decideQueues } from './decide-queues.js';

export interface FollowerDependencies {
  readonly tenantId: TenantId;
  readonly registry: RegistryFeed;
  readonly fleet: WorkerFleet;
  /** In the tenant's own namespace. */
  readonly looks: Pick<QueueLooks, 'hasGateOn' | 'isRunningOn'>;
  readonly sharedNamespace: string;
  readonly logger: Logger;
  readonly lookMs?: number;
}

const LOOK_MS = 10_000;

/** Serves the queues of one tenant wherever the registry says that they are, and nothing while that is another worker's. */
export class TenantFollower {
  readonly #deps: FollowerDependencies;
  readonly #stopping = new AbortController();
  #leftover: QueueAssignment | undefined;
  #told: string | undefined;
  #unsubscribe = (): void => {};
  #looking: Promise<void> = Promise.resolve();

  constructor(deps: FollowerDependencies) {
    this.#deps = deps;
  }

  /** Resolves when a Worker serves each queue that is to be served now; in a namespace that is missing, once that is made. */
  async start(): Promise<void> {
    const { registry } = this.#deps;
    this.#unsubscribe = registry.subscribe((_, { added, removed, changed }) => {
      const ids = [...added, ...removed, ...changed.map(({ after }) => after)].map(({ id }) => id);
      if (!ids.includes(this.#deps.tenantId)) return;
      this.#keepOwnNamespace();
      this.#follow().catch(() => undefined);
    });
    // Where Temporal does not answer, the next look does.
    await this.#lookForLeftover().catch(() => undefined);
    const serving = this.#follow();
    this.#looking = this.#keepLooking();
    await serving;
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    this.#stopping.abort();
    await this.#looking;
  }

  /** What was served in the tenant's own namespace until now is let go only when a look has found nothing there. */
  #keepOwnNamespace(): void {
    const { tenantId, fleet, sharedNamespace } = this.#deps;
    const own = namespaceOf({ id: tenantId, route: 'namespace' }, sharedNamespace);
    this.#leftover ??= fleet.served().find(({ namespace }) => namespace === own);
  }

  async #follow(): Promise<void> {
    const { tenantId, registry, fleet, sharedNamespace } = this.#deps;
    const tenant = tenantOf(registry.current(), tenantId);
    const served = fleet.served();
    const queues = decideQueues({ tenant, sharedNamespace, leftover: this.#leftover });
    this.#tell(tenant?.route, queues);
    const surplus = served.filter((one) => !queues.some(({ namespace }) => namespace === one.namespace));
    for (const queue of surplus) void fleet.retire(queue);
    await Promise.all(queues.map((queue) => fleet.serve(queue)));
  }

  #tell(route: string | undefined, queues: readonly QueueAssignment[]): void {
    const places = queues.map(({ namespace }) => namespace);
    const told = `${route} ${places.join(' ')}`;
    if (told === this.#told) return;
    this.#told = told;
    const { tenantId, registry, logger } = this.#deps;
    if (places.length > 0) return logger.info({ route, temporal_namespaces: places }, 'serves its tenant');
    if (route === undefined)
      return logger.warn(
        { registry: registry.current().source },
        `there is no tenant ${tenantId}: waiting for it`,
      );
    logger.warn({ route }, `worker-shared serves ${tenantId} on its route: nothing to do until it is moved`);
  }

  async #keepLooking(): Promise<void> {
    const { logger, lookMs = LOOK_MS } = this.#deps;
    const { signal } = this.#stopping;
    const outage = createOutageLog(logger, 'Temporal (looking for what is left in the namespace)');
    while (!signal.aborted) {
      await sleep(lookMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await this.#lookForLeftover();
        outage.succeeded();
        await Promise.race([this.#follow(), sleep(lookMs, undefined, { signal }).catch(() => undefined)]);
      } catch (err) {
        outage.failed(err);
      }
    }
  }

  /** Something that the tenant left in its own namespace: a gate that has not handed over yet, or a deployment. */
  async #lookForLeftover(): Promise<void> {
    const { tenantId, registry, looks, sharedNamespace } = this.#deps;
    const isLeft = await anythingOn(looks, tenantId, ownTaskQueueOf(tenantId));
    if (!isLeft) return void (this.#leftover = undefined);
    const namespace = namespaceOf({ id: tenantId, route: 'namespace' }, sharedNamespace);
    const tenant = tenantOf(registry.current(), tenantId);
    this.#leftover = tenant ? ownQueueOf(tenant, namespace) : leftoverQueueOf(tenantId, namespace);
  }
}

async function anythingOn(
  looks: FollowerDependencies['looks'],
  tenantId: string,
  taskQueue: string,
): Promise<boolean> {
  try {
    return (await looks.hasGateOn(tenantId, taskQueue)) || (await looks.isRunningOn(taskQueue));
  } catch (error) {
    if (error instanceof VecinoError && error.code === 'NAMESPACE_NOT_FOUND') return false;
    throw error;
  }
}
