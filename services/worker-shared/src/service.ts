import { systemClock } from '@vecino/foundation';
import { createProducer } from '@vecino/messaging';
import { closeInTime, type Service } from '@vecino/lifecycle';
import { POOL_TASK_QUEUE, workerOf } from '@vecino/tenancy';
import {
  connectTemporalClient,
  createGateClient,
  createQueueLooks,
  type ServedQueue,
} from '@vecino/temporal';
import { createWakeSender, followWakes } from '@vecino/wakes';
import {
  type Attendant,
  createWorkerService,
  type WorkerServiceDependencies,
  type WorkerSurroundings,
} from '@vecino/worker';
import type { WorkerSharedConfig } from './config.js';
import { KEEPER_TIMING, type KeeperTiming, QueueKeeper } from './queue-keeper.js';

export interface WorkerSharedDependencies extends WorkerServiceDependencies {
  readonly config: WorkerSharedConfig;
  /** Tests are quicker than what is right otherwise. */
  readonly timing?: Partial<KeeperTiming>;
}

/** Serves every tenant on the pooled and queue routes. Any number of these may run side by side. */
export const createWorkerSharedService = (deps: WorkerSharedDependencies): Service =>
  createWorkerService(deps, {
    name: 'vecino-worker-shared',
    isServed: (tenant) => workerOf(tenant) === 'shared',
    pollingFault: poolFault,
    attend: (around) => keepQueues(deps, around),
  });

/** The pool is served by every one of them, whoever has work. */
function poolFault(served: readonly ServedQueue[]): string | undefined {
  const pool = served.find(({ queue }) => queue.taskQueue === POOL_TASK_QUEUE);
  return pool === undefined ? 'nobody polls for the pool yet' : pool.fault;
}

const CLOSE_MS = 5_000;

async function keepQueues(
  { config, timing }: WorkerSharedDependencies,
  { registry, kafka, fleet, logger, signal }: WorkerSurroundings,
): Promise<Attendant> {
  const { topicPrefix, temporal, maxTenantWorkers, idleGraceMs } = config;
  const { client, close } = await connectTemporalClient({ config: temporal, logger, signal });
  const wakes = await followWakes({ kafka, topicPrefix, logger, signal });
  const producer = createProducer(kafka);
  const keeper = new QueueKeeper({
    registry,
    wakes,
    sender: createWakeSender({ producer, topicPrefix }),
    fleet,
    gates: createGateClient({ client, logger }),
    looks: createQueueLooks(client),
    namespace: temporal.namespace,
    maxWorkers: maxTenantWorkers,
    timing: { ...KEEPER_TIMING, idleGraceMs, ...timing },
    clock: systemClock,
    logger,
  });
  await keeper.start();
  return {
    stop: () =>
      closeInTime(logger, CLOSE_MS, {
        keeper: () => keeper.stop(),
        wakes: () => wakes.close(),
        'wake sender': () => producer.close(),
        temporal: close,
      }),
  };
}
