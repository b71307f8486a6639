import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeConnection } from '@temporalio/worker';
import { createSlots, VecinoError } from '@vecino/foundation';
import type { Logger, Tracing } from '@vecino/telemetry';
import { connectTemporalWorker, probeNamespace, temporalFault } from './connect.js';
import { installTemporalRuntime } from './runtime.js';
import { superviseWorker, type SupervisedWorker } from './supervised-worker.js';
import { forgetWorkersAt } from './temporal-metrics.js';
import type { TemporalConfig } from './temporal-config.js';
import { createTenantWorker, drainWithinMs, SHUTDOWN_GRACE_MS, type WorkerLimits } from './tenant-worker.js';
import { loadWorkflowBundle, type WorkflowBundle } from './workflow-bundle.js';

/** A task queue that this process serves. */
export interface QueueAssignment {
  readonly namespace: string;
  readonly taskQueue: string;
  readonly limits: WorkerLimits;
  /** Absent where several tenants share the queue. */
  readonly tenantId?: string;
}

export interface ServedQueue {
  readonly queue: QueueAssignment;
  readonly fault?: string;
}

/** The Workers of one process: one connection, one Runtime and one bundle for all of them. */
export interface WorkerFleet {
  /** Waits for Temporal as long as it takes. Rejects when stopped before. */
  connect(): Promise<void>;
  /**
   * Sees that a Worker serves the queue within these limits; one with other limits is drained while the new one works
   * already. Resolves when the Worker polls, or when it is no longer wanted.
   */
  serve(queue: QueueAssignment): Promise<void>;
  /**
   * Drains the queue's Worker; `serve` makes a new one at once, also meanwhile. Resolves when all Workers that the queue
   * had until now are gone, whatever their activities did.
   */
  retire(queue: Pick<QueueAssignment, 'namespace' | 'taskQueue'>): Promise<void>;
  /** What is being served, or will be as soon as its Worker is made. */
  served(): readonly QueueAssignment[];
  /** The same, each with why nobody polls for it now; without where somebody does. */
  standing(): readonly ServedQueue[];
  /** What keeps it from Temporal now, as a clause for people; undefined where nothing does. */
  fault(): Promise<string | undefined>;
  /**
   * Makes the Workers serve exactly these queues. Resolves when every one polls, and what is not listed is drained.
   */
  assign(queues: readonly QueueAssignment[]): Promise<void>;
  /** Drains all Workers at once and closes the connection, within `drainWithinMs`. Rejects where an activity had to be abandoned. */
  stop(): Promise<void>;
}

export interface WorkerFleetOptions {
  readonly temporal: TemporalConfig;
  readonly activities: object;
  readonly logger: Logger;
  readonly tracing?: Tracing;
  readonly identity?: string;
  readonly shutdownGraceMs?: number;
  /** As that of a Worker. */
  readonly stickyMs?: number;
  /** Default: Vecino's workflows. */
  readonly loadBundle?: () => Promise<WorkflowBundle>;
}

/** A Worker takes up to half a second of one processor to make: those that work already must not stand still meanwhile. */
const MADE_AT_ONCE = 2;

interface Served {
  readonly queue: QueueAssignment;
  readonly worker: SupervisedWorker;
}

export function createWorkerFleet(options: WorkerFleetOptions): WorkerFleet {
  const { temporal, logger, tracing, loadBundle } = options;
  const serving = new Map<string, Served>();
  /** Workers on their way out, by queue. */
  const draining = new Map<string, Set<Promise<void>>>();
  const stopping = new AbortController();
  const making = createSlots(MADE_AT_ONCE);
  let connected: NativeConnection | undefined;
  let base: Promise<{ connection: NativeConnection; bundle: WorkflowBundle }> | undefined;

  async function prepare() {
    installTemporalRuntime(logger);
    const bundle = loadBundle?.() ?? loadWorkflowBundle({ tracing: tracing !== undefined, logger });
    bundle.catch(() => {});
    const connection = await connectTemporalWorker({ config: temporal, logger, signal: stopping.signal });
    connected = connection;
    return { connection, bundle: await bundle };
  }

  function startWorker(
    queue: QueueAssignment,
    shared: Awaited<ReturnType<typeof prepare>>,
  ): SupervisedWorker {
    const create = (signal: AbortSignal) =>
      making.use(async () => {
        signal.throwIfAborted();
        await probeNamespace(shared.connection, queue.namespace);
        return createTenantWorker({ ...options, ...shared, ...queue });
      });
    return superviseWorker(create, logger.child(fieldsOf(queue)));
  }

  function drain(key: string): void {
    const served = serving.get(key);
    if (served === undefined) return;
    serving.delete(key);
    const others = draining.get(key) ?? new Set();
    draining.set(key, others);
    const drained = served.worker
      .stop()
      .catch((error: unknown) =>
        logger.warn(
          { ...fieldsOf(served.queue), err: error },
          'an activity did not end with its Worker and was abandoned',
        ),
      )
      .finally(() => {
        others.delete(drained);
        if (others.size === 0 && draining.get(key) === others) draining.delete(key);
        if (!serving.has(key)) forgetWorkersAt(served.queue);
      });
    others.add(drained);
  }

  async function serve(queue: QueueAssignment): Promise<void> {
    const shared = await (base ??= prepare());
    stopping.signal.throwIfAborted();
    const key = keyOf(queue);
    const now = serving.get(key);
    if (now !== undefined && sameLimits(now.queue, queue)) return now.worker.polling;
    // Temporal's SDK allows no two Workers on one queue, but for one that shuts down already.
    drain(key);
    const worker = startWorker(queue, shared);
    serving.set(key, { queue, worker });
    return worker.polling;
  }

  const drained = async (keys: readonly string[]): Promise<void> => {
    await Promise.all(keys.flatMap((key) => [...(draining.get(key) ?? [])]));
  };

  return {
    async connect() {
      await (base ??= prepare());
      stopping.signal.throwIfAborted();
    },

    serve,

    async retire(queue) {
      const key = keyOf(queue);
      drain(key);
      await drained([key]);
    },

    served: () => [...serving.values()].map(({ queue }) => queue),

    standing: () =>
      [...serving.values()].map(({ queue, worker }) => {
        const fault = worker.fault();
        return { queue, ...(fault !== undefined && { fault }) };
      }),

    async fault() {
      if (connected === undefined) return 'not connected to Temporal yet';
      return temporalFault(connected, temporal.namespace);
    },

    async assign(queues) {
      await (base ??= prepare());
      stopping.signal.throwIfAborted();
      const wanted = new Set(queues.map(keyOf));
      const surplus = [...serving.keys()].filter((key) => !wanted.has(key));
      for (const key of surplus) drain(key);
      await Promise.all([drained(surplus), ...queues.map(serve)]);
    },

    async stop() {
      stopping.abort();
      const stopped = Promise.allSettled([...serving.values()].map(({ worker }) => worker.stop()));
      const ended = Promise.all([stopped, drained([...draining.keys()]), base?.catch(() => undefined)]);
      const limitMs = drainWithinMs(options.shutdownGraceMs ?? SHUTDOWN_GRACE_MS);
      const result = await Promise.race([ended, sleep(limitMs, undefined, { ref: false })]);
      if (result === undefined) throw cutOff(limitMs);
      const [workers, , shared] = result;
      await shared?.connection.close();
      const failed = workers.find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected') throw failed.reason;
    },
  };
}

const cutOff = (limitMs: number): VecinoError<'WORKERS_CUT_OFF'> =>
  new VecinoError('WORKERS_CUT_OFF', `Workers had not ended after ${limitMs} ms`, { disposition: 'retry' });

const keyOf = ({ namespace, taskQueue }: Pick<QueueAssignment, 'namespace' | 'taskQueue'>): string =>
  `${namespace}/${taskQueue}`;

/**
 * Whether a Worker that was made for one may serve the other: a change of the tenant's cap, which the gate keeps, only
 * changes how many workflows stay in memory, and is not worth a Worker whose activities would have to start again.
 */
const sameLimits = ({ limits: a }: QueueAssignment, { limits: b }: QueueAssignment): boolean =>
  a.activities === b.activities && a.pollers === b.pollers && a.eagerActivities === b.eagerActivities;

const fieldsOf = ({ namespace, taskQueue, tenantId }: QueueAssignment) => ({
  task_queue: taskQueue,
  temporal_namespace: namespace,
  ...(tenantId !== undefined && { tenant_id: tenantId }),
});
