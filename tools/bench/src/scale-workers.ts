import { topics } from '@vecino/contracts';
import { waitFor } from '@vecino/testing';
import { startPlatform } from './bench-platform.js';
import { type Laboratory, requestRecord } from './laboratory.js';
import { cut } from './report.js';
import { slotsFilled } from './slots-filled.js';
import { readWorkLogs } from './timed-activities.js';

export interface WorkersPlan {
  readonly processes: number;
  /** Activities of the pool that each process runs at once. */
  readonly slots: number;
  readonly workMs: number;
  /** Tenants of the pool; together they want more slots than there are. */
  readonly tenants: number;
  readonly measureMs: number;
}

const CAP = 10;
/** Of the time that filling all slots takes at the rate that every machine manages. */
const SLOWEST_STARTS_PER_S = 1.5;

/** How many slots worker processes fill with activities that take time, from when each slot was filled once. */
export async function workersFilled(
  lab: Laboratory,
  name: string,
  plan: WorkersPlan,
): Promise<Record<string, number>> {
  const tenants = await lab.writeTenants(name, plan.tenants, {
    cap: CAP,
    route: 'pooled',
    tier: () => 'basic',
  });
  const platform = await startPlatform(lab, {
    name,
    tenants,
    bundle: await lab.bundle('timed-deployments'),
    workMs: plan.workMs,
    poolSlots: plan.slots,
    workers: plan.processes,
  });
  const all = plan.slots * plan.processes;
  const turns = 2 + Math.ceil(plan.measureMs / plan.workMs);
  const requests = plan.tenants * Math.max(2 * CAP, Math.ceil((all * turns) / plan.tenants));
  const producer = lab.kafka.kafka.producer();
  await producer.connect();
  for (let from = 0; from < requests; from += 500)
    await producer.send({
      topic: topics(platform.topicPrefix).requests,
      messages: Array.from({ length: Math.min(500, requests - from) }, (_, i) =>
        requestRecord(tenants.ids, from + i),
      ),
    });
  await producer.disconnect();
  const begun = (): number => readWorkLogs(platform.workLogs).filter(({ kind }) => kind === 'begin').length;
  await waitFor(() => begun() >= all, {
    what: `${all} activities begun`,
    timeoutMs: plan.workMs + (all * 1_000) / SLOWEST_STARTS_PER_S,
    everyMs: 500,
  });
  const from = Date.now();
  const to = from + plan.measureMs;
  await waitFor(() => Date.now() >= to, {
    what: 'the end of the measurement',
    timeoutMs: plan.measureMs + 10_000,
    everyMs: 500,
  });
  await platform.stop();
  const { mean, most, endsPerSecond } = slotsFilled(readWorkLogs(platform.workLogs), from, to);
  return {
    [`workers_${plan.processes}_filled`]: cut(mean),
    [`workers_${plan.processes}_most`]: most,
    [`workers_${plan.processes}_ends_per_s`]: cut(endsPerSecond),
  };
}
