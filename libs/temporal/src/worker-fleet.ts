import type { NativeConnection } from '@temporalio/worker';
import type { Logger, Tracing } from '@vecino/telemetry';
import { connectTemporalWorker, probeNamespace } from './connect.js';
import { installTemporalRuntime } from './runtime.js';
import { superviseWorker, type SupervisedWorker } from './supervised-worker.js';
import type { TemporalConfig } from './temporal-config.js';
import { createTenantWorker, type WorkerLimits } from './tenant-worker.js';
import { loadWorkflowBundle, type WorkflowBundle } from './workflow-bundle.js';

/** A task queue that this process serves. */
export interface QueueAssignment {
  readonly namespace: string;
  readonly taskQueue: string;
  readonly limits: WorkerLimits;
  /** Absent where several tenants share the queue. */
  readonly tenantId?: string;
}

/** The Workers of one process: one connection, one Runtime and one bundle for all of them. */
export interface WorkerFleet {
  /**
   * Makes the Workers serve exactly these queues: starts what is missing, drains what is not listed. Waits for Temporal
   * as long as it takes; resolves when every Worker polls.
   */
  assign(queues: readonly QueueAssignment[]): Promise<void>;
  /** Drains all Workers at once and closes the connection. Rejects where an activity had to be abandoned. */
  stop(): Promise<void>;
}

export interface WorkerFleetOptions {
  readonly temporal: TemporalConfig;
  readonly activities: object;
  readonly logger: Logger;
  readonly tracing?: Tracing;
  readonly identity?: string;
  readonly shutdownGraceMs?: number;
  /** Default: Vecino's workflows. */
  readonly loadBundle?: () => Promise<WorkflowBundle>;
}

export function createWorkerFleet(options: WorkerFleetOptions): WorkerFleet {
  const { temporal, logger, tracing, loadBundle } = options;
  const workers = new Map<string, SupervisedWorker>();
  const stopping = new AbortController();
  let base: Promise<{ connection: NativeConnection; bundle: WorkflowBundle }> | undefined;

  async function prepare() {
    installTemporalRuntime(logger);
    const bundle = loadBundle?.() ?? loadWorkflowBundle({ tracing: tracing !== undefined, logger });
    bundle.catch(() => {});
    const connection = await connectTemporalWorker({ config: temporal, logger, signal: stopping.signal });
    return { connection, bundle: await bundle };
  }

  function startWorker(
    queue: QueueAssignment,
    shared: Awaited<ReturnType<typeof prepare>>,
  ): SupervisedWorker {
    const create = async () => {
      await probeNamespace(shared.connection, queue.namespace);
      return createTenantWorker({ ...options, ...shared, ...queue });
    };
    return superviseWorker(create, logger.child(fieldsOf(queue)));
  }

  return {
    async assign(queues) {
      const shared = await (base ??= prepare());
      stopping.signal.throwIfAborted();
      const wanted = new Map(queues.map((queue) => [keyOf(queue), queue]));
      const surplus = [...workers.keys()].filter((key) => !wanted.has(key));
      const drained = surplus.map((key) => {
        const stopped = workers.get(key)?.stop();
        workers.delete(key);
        return stopped;
      });
      for (const [key, queue] of wanted) {
        if (!workers.has(key)) workers.set(key, startWorker(queue, shared));
      }
      await Promise.all([...drained, ...[...workers.values()].map(({ polling }) => polling)]);
    },

    async stop() {
      stopping.abort();
      const stopped = await Promise.allSettled([...workers.values()].map((worker) => worker.stop()));
      const shared = await base?.catch(() => undefined);
      await shared?.connection.close();
      const failed = stopped.find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
    },
  };
}

const keyOf = ({ namespace, taskQueue }: QueueAssignment): string => `${namespace}/${taskQueue}`;

const fieldsOf = ({ namespace, taskQueue, tenantId }: QueueAssignment) => ({
  task_queue: taskQueue,
  temporal_namespace: namespace,
  ...(tenantId !== undefined && { tenant_id: tenantId }),
});
