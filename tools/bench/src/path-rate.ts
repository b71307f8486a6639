import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from '@vecino/devstack';
import { isTerminalState } from '@vecino/foundation';
import { type Laboratory, produceRequests } from './laboratory.js';
import { processorSeconds } from './process-usage.js';
import { middleRate } from './report.js';
import { createStatusTopics, readStatuses } from './status-reader.js';

export const NOOP_WORKER = 'tools/bench/dist/noop-worker.js';

/** Spans are sent every 5 s by default. */
const EXPORTED_WITHIN_MS = 6_000;

export interface PathPlan {
  /** Of its tenants and topics, so that nothing of an earlier measurement is met. */
  readonly name: string;
  readonly tenants: number;
  readonly cap: number;
  /** Deployments. */
  readonly count: number;
  /** On top of the services' own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Something to be done beside, from when the services run until what it returns is called. */
  readonly beside?: (services: readonly Service[]) => () => Promise<void>;
}

export interface PathMeasured {
  /** Terminals per second on the status topics. */
  readonly perSecond: number;
  /** Processor time that ingest, worker and projector together spent on a deployment, in milliseconds. */
  readonly processorMs: number;
}

/** With requests waiting on Kafka and every slot in use; activities do nothing. */
export async function pathRate(lab: Laboratory, plan: PathPlan): Promise<PathMeasured> {
  const { name, count } = plan;
  const topicPrefix = `${name}.`;
  const tenants = await lab.writeTenants(name, plan.tenants, { cap: plan.cap });
  await lab.provision(topicPrefix);
  await createStatusTopics(lab.kafka, topicPrefix, tenants.ids);
  const env = { VECINO_TOPIC_PREFIX: topicPrefix, VECINO_TENANTS_FILE: tenants.file, ...plan.env };
  const services = await Promise.all([
    lab.run(`${name}-projector`, 'services/status-projector/dist/main.js', env),
    lab.run(`${name}-worker`, NOOP_WORKER, env),
    lab.run(`${name}-ingest`, 'services/ingest/dist/main.js', env),
  ]);
  const stopBeside = plan.beside?.(services);
  const endings = new Map<string, number>();
  let all = (): void => undefined;
  const done = new Promise<void>((resolve) => (all = resolve));
  const stopReading = await readStatuses(
    lab.kafka,
    topicPrefix,
    tenants.ids,
    ({ deploymentId, state, seenAt }) => {
      if (!isTerminalState(state) || endings.has(deploymentId)) return;
      endings.set(deploymentId, seenAt);
      if (endings.size === count) all();
    },
  );
  const usedMs = () => services.reduce((sum, { process }) => sum + processorSeconds(process.pid), 0) * 1_000;
  const before = usedMs();
  await produceRequests(lab.kafka, topicPrefix, tenants.ids, count);
  await done;
  // What the last ones are still to send belongs to them.
  await sleep(EXPORTED_WITHIN_MS);
  const processorMs = (usedMs() - before) / count;
  await stopReading();
  await stopBeside?.();
  await Promise.all(services.map((service) => service.stop()));
  return { perSecond: middleRate([...endings.values()]), processorMs };
}
