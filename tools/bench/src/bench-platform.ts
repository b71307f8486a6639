import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { Service } from '@vecino/devstack';
import type { Laboratory } from './laboratory.js';
import { createStatusTopics } from './status-reader.js';
import type { Tenants } from './tenant-plan.js';

export const TIMED_WORKER = 'tools/bench/dist/timed-worker.js';

export interface PlatformPlan {
  /** Of its topics and of its Temporal namespace, so that nothing of an earlier measurement is met. */
  readonly name: string;
  readonly tenants: Tenants;
  /** File of the workers' bundle. */
  readonly bundle: string;
  /** How long the activity of a timed deployment takes. */
  readonly workMs?: number;
  /** Activities of the pool that each worker runs at once; the platform's own where left out. */
  readonly poolSlots?: number;
  /** Worker processes that serve all tenants, or one process for each tenant. */
  readonly workers?: number | 'one-per-tenant';
  /** Program that reads the requests; ingest as it is shipped where left out. */
  readonly ingest?: { readonly entry: string; readonly args: readonly string[] };
}

/** Ingest, projector and workers of one measurement: shipped but for what the workers run. */
export interface BenchPlatform {
  readonly topicPrefix: string;
  readonly client: Client;
  readonly workLogs: readonly string[];
  readonly workers: readonly Service[];
  /** Ingest, the projector and the workers. */
  readonly services: readonly Service[];
  stop(): Promise<void>;
}

export async function startPlatform(lab: Laboratory, plan: PlatformPlan): Promise<BenchPlatform> {
  const { name, tenants, workers = 1 } = plan;
  const topicPrefix = `${name}.`;
  await lab.temporal.createNamespace(name);
  await lab.provision(topicPrefix);
  await createStatusTopics(lab.kafka, topicPrefix, tenants.ids);
  const env = {
    VECINO_TOPIC_PREFIX: topicPrefix,
    VECINO_TENANTS_FILE: tenants.file,
    TEMPORAL_NAMESPACE: name,
  };
  const served: (string | undefined)[] =
    workers === 'one-per-tenant' ? [...tenants.ids] : Array.from({ length: workers }, () => undefined);
  const workLogs = served.map((_, n) => join(lab.dir, `${name}-work-${n}.jsonl`));
  const worker = (tenant: string | undefined, n: number): Promise<Service> =>
    lab.run(`${name}-worker-${n}`, TIMED_WORKER, env, [
      ...workerArguments(plan, workLogs[n] as string),
      ...(tenant === undefined ? [] : ['--tenant', tenant]),
    ]);
  const { entry, args } = plan.ingest ?? { entry: 'services/ingest/dist/main.js', args: [] };
  const [projector, ingest, ...started] = await Promise.all([
    lab.run(`${name}-projector`, 'services/status-projector/dist/main.js', env),
    lab.run(`${name}-ingest`, entry, env, args),
    ...served.map(worker),
  ]);
  if (projector === undefined || ingest === undefined) throw new Error('unreachable: both were started');
  return {
    topicPrefix,
    services: [ingest, projector, ...started],
    client: lab.temporal.client(name),
    workLogs,
    workers: started,
    async stop() {
      await ingest.stop();
      await Promise.all([...started, projector].map((service) => service.stop()));
    },
  };
}

const workerArguments = ({ bundle, workMs, poolSlots }: PlatformPlan, workLog: string): string[] => [
  ...['--bundle', bundle, '--work-log', workLog],
  ...(workMs === undefined ? [] : ['--work-ms', String(workMs)]),
  ...(poolSlots === undefined ? [] : ['--pool-slots', String(poolSlots)]),
];
