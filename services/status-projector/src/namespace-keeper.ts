import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { createOutageLog } from '@vecino/messaging';
import type { RegistryFeed } from '@vecino/registry';
import type { Logger, Tracing } from '@vecino/telemetry';
import { namespaceOf, settingsOf } from '@vecino/tenancy';
import {
  createTenantWorker,
  forgetWorkersAt,
  type GateClient,
  probeNamespace,
  superviseWorker,
  translateTemporalError,
  watchGates,
  type WorkerLimits,
  withinSignal,
} from '@vecino/temporal';
import { PROJECTOR_TASK_QUEUE } from '@vecino/workflows';
import { namespacesOf } from './namespaces.js';

export interface NamespaceKeeperDependencies {
  readonly registry: RegistryFeed;
  /** Of the namespace that tenants share. */
  readonly client: Client;
  readonly connection: NativeConnection;
  readonly gates: Pick<GateClient, 'start'>;
  /** What gates of a namespace ask the projector for. */
  readonly activitiesFor: (client: Client) => object;
  readonly tracing?: Tracing;
  readonly logger: Logger;
  readonly lookMs?: number;
}

/** Waiting for closes costs a slot per gate and next to nothing else. */
const LIMITS: WorkerLimits = {
  activities: 2_000,
  workflowTasks: 2,
  cachedWorkflows: 0,
  pollers: 5,
  eagerActivities: false,
};
/** For the publishing in hand. */
export const PROJECTOR_GRACE_MS = 6_000;
const LOOK_MS = 10_000;
const CALL_LIMIT_MS = 10_000;

interface Place {
  /** Resolves when activities are polled for. */
  readonly polling: Promise<void>;
  /** Why they are not now. */
  fault(): string | undefined;
  stop(): Promise<void>;
}

/** A Worker and a watchdog in each namespace in which tenants are, from when the first comes to when the last has left nothing behind. */
export class NamespaceKeeper {
  readonly #deps: NamespaceKeeperDependencies;
  readonly #places = new Map<string, Place>();
  readonly #stopping = new AbortController();
  readonly #leaving = new Set<Promise<void>>();
  #unsubscribe = (): void => {};
  #looking: Promise<void> = Promise.resolve();

  constructor(deps: NamespaceKeeperDependencies) {
    this.#deps = deps;
  }

  /** Resolves when the shared namespace is served; a tenant's own is as soon as it exists. */
  async start(): Promise<void> {
    this.#unsubscribe = this.#deps.registry.subscribe(() => this.#open());
    this.#open();
    this.#looking = this.#keepLooking();
    await this.#places.get(this.#shared)?.polling;
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    this.#stopping.abort();
    await this.#looking;
    await Promise.all([...this.#leaving, ...[...this.#places.values()].map((place) => place.stop())]);
  }

  /** Why nobody publishes for the tenants of the shared namespace now. */
  fault(): string | undefined {
    return this.#places.get(this.#shared)?.fault();
  }

  get #shared(): string {
    return this.#deps.client.options.namespace;
  }

  #open(): void {
    if (this.#stopping.signal.aborted) return;
    const { needed } = namespacesOf(this.#deps.registry.current(), this.#shared);
    for (const namespace of needed) this.#serve(namespace);
  }

  #serve(namespace: string): void {
    if (this.#places.has(namespace)) return;
    const { connection, activitiesFor, tracing, logger } = this.#deps;
    const client = new Client({ connection: this.#deps.client.connection, namespace });
    const options = {
      connection,
      namespace,
      taskQueue: PROJECTOR_TASK_QUEUE,
      activities: activitiesFor(client),
      limits: LIMITS,
      shutdownGraceMs: PROJECTOR_GRACE_MS,
      ...(tracing && { tracing }),
    };
    const ended = new AbortController();
    const worker = superviseWorker(
      async () => {
        await probeNamespace(connection, namespace);
        return createTenantWorker(options);
      },
      logger.child({ temporal_namespace: namespace }),
    );
    const watching = worker.polling.then(() => this.#watch(client, ended.signal));
    this.#places.set(namespace, {
      polling: worker.polling,
      fault: () => worker.fault(),
      stop: async () => {
        ended.abort();
        await Promise.allSettled([worker.stop(), watching]);
      },
    });
    if (namespace !== this.#shared) logger.info({ temporal_namespace: namespace }, 'serves a namespace');
  }

  /** Keeps the gates of one namespace alive: a tenant whose gate ended is not left waiting for its next request. */
  #watch(client: Client, signal: AbortSignal): Promise<void> {
    const { registry, gates, logger } = this.#deps;
    const tenants = () => {
      const current = registry.current();
      return current.tenants
        .filter((tenant) => namespaceOf(tenant, this.#shared) === client.options.namespace)
        .map((tenant) => settingsOf(current, tenant, this.#shared));
    };
    return watchGates({ client, gates, tenants, logger, signal });
  }

  async #keepLooking(): Promise<void> {
    const { logger, lookMs = LOOK_MS } = this.#deps;
    const { signal } = this.#stopping;
    const outage = createOutageLog(logger, 'Temporal (looking at namespaces that were left)');
    while (!signal.aborted) {
      try {
        await this.#lookAtLeft();
        outage.succeeded();
      } catch (err) {
        if (signal.aborted) return;
        outage.failed(err);
      }
      await sleep(lookMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /**
   * A gate that its tenant has left still publishes, and is read by the one that follows it. One namespace that cannot be looked
   * at hides none of the others; rejects at the end with the first that could not.
   */
  async #lookAtLeft(): Promise<void> {
    const { needed, left } = namespacesOf(this.#deps.registry.current(), this.#shared);
    const others = [...this.#places.keys()].filter((namespace) => !needed.has(namespace));
    const faults: unknown[] = [];
    for (const namespace of new Set([...left, ...others])) {
      await this.#lookAt(namespace).catch((fault: unknown) => faults.push(fault));
      if (this.#stopping.signal.aborted) return;
    }
    if (faults.length > 0) throw faults[0];
  }

  async #lookAt(namespace: string): Promise<void> {
    const isUsed = await this.#isUsed(namespace);
    if (this.#stopping.signal.aborted) return;
    if (isUsed) this.#serve(namespace);
    else if (!namespacesOf(this.#deps.registry.current(), this.#shared).needed.has(namespace))
      this.#leave(namespace);
  }

  /** @throws TemporalError that names the namespace */
  async #isUsed(namespace: string): Promise<boolean> {
    const { client } = this.#deps;
    const query = "ExecutionStatus = 'Running'";
    try {
      const { count } = await withinSignal(client, this.#stopping, () =>
        client.withDeadline(Date.now() + CALL_LIMIT_MS, () =>
          client.connection.workflowService.countWorkflowExecutions({ namespace, query }),
        ),
      );
      return Number(count) > 0;
    } catch (error) {
      const fault = translateTemporalError(error, `look at namespace ${namespace}`);
      if (fault.code === 'NAMESPACE_NOT_FOUND') return false;
      throw fault;
    }
  }

  #leave(namespace: string): void {
    const place = this.#places.get(namespace);
    if (place === undefined) return;
    this.#places.delete(namespace);
    this.#deps.logger.info({ temporal_namespace: namespace }, 'its tenants have left the namespace');
    const leaving = place.stop().finally(() => {
      this.#leaving.delete(leaving);
      // Its gauges are those of the next Worker there, where it was needed again meanwhile.
      if (!this.#places.has(namespace)) forgetWorkersAt({ namespace, taskQueue: PROJECTOR_TASK_QUEUE });
    });
    this.#leaving.add(leaving);
  }
}
