import { systemClock } from '@vecino/foundation';
import { createProducer } from '@vecino/messaging';
import { workerOf } from '@vecino/tenancy';
import { connectTemporalClient, createGateClient, createQueueLooks } from '@vecino/temporal';
import { createWakeSender, followWakes } from '@vecino/wakes';
import {
  type Attendant,
  createWorkerService,
  type WorkerService,
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
export const createWorkerSharedService = (deps: WorkerSharedDependencies): WorkerService =>
  createWorkerService(deps, {
    name: 'vecino-worker-shared',
    isServed: (tenant) => workerOf(tenant) === 'shared',
    attend: (around) => keepQueues(deps, around),
  });

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
    async stop() {
      const stopped = keeper.stop();
      await wakes.close();
      await stopped;
      await producer.close();
      await close();
    },
  };
}
