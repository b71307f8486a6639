import { topics } from '@vecino/contracts';
import { POOL_TASK_QUEUE, TIER_DEFAULTS, type Tier, TIERS } from '@vecino/tenancy';
import { waitFor } from '@vecino/testing';
import { type BenchPlatform, startPlatform } from './bench-platform.js';
import { countEach, jainIndex, starved, worstShareError } from './fairness-measures.js';
import { type Laboratory, requestRecord } from './laboratory.js';
import { cut, raise, type Round } from './report.js';
import { readWorkLogs, type WorkMoment } from './timed-activities.js';

export interface SharesPlan {
  readonly slots: number;
  readonly workMs: number;
  /** Deployments of each tenant open at once, most of which wait for a slot of the pool. */
  readonly cap: number;
  /** Activities begun before it counts: the first ones met free slots. */
  readonly skip: number;
  readonly dispatches: number;
}

/** Parts of the time in each of which everybody must be served. */
const PARTS = 10;

/** Tenants with the same weight, all of them with more to do than the pool has slots. */
export async function equals(
  lab: Laboratory,
  name: string,
  tenants: number,
  plan: SharesPlan,
): Promise<Round> {
  const { ids, served } = await dispatchOrder(lab, name, tenants, () => 'basic', plan);
  const counts = countEach(
    served.map(({ tenantId }) => tenantId),
    ids,
  );
  return {
    equals_jain: cut(jainIndex(counts), 4),
    equals_least: Math.min(...counts),
    equals_most: Math.max(...counts),
    equals_starved: starved(
      served.map(({ tenantId }) => tenantId),
      ids,
      PARTS,
    ),
    equals_longest_gap_ms: longestGap(served, ids),
  };
}

/** One tenant of each tier: weights 1, 2, 4 and 8. */
export async function weighted(lab: Laboratory, name: string, plan: SharesPlan): Promise<Round> {
  const tierOf = (n: number): Tier => TIERS[n] as Tier;
  const { ids, served, partitions } = await dispatchOrder(lab, name, TIERS.length, tierOf, plan);
  const order = served.map(({ tenantId }) => tenantId);
  const weights = TIERS.map((tier) => TIER_DEFAULTS[tier].limits.weight);
  const counts = countEach(order, ids);
  return {
    ...Object.fromEntries(counts.map((count, n) => [`weight_${weights[n]}_dispatches`, count])),
    weights_worst_error: raise(worstShareError(counts, weights), 3),
    weights_starved: starved(order, ids, PARTS),
    weights_longest_gap_ms: longestGap(served, ids),
    pool_partitions: partitions,
  };
}

async function dispatchOrder(
  lab: Laboratory,
  name: string,
  count: number,
  tier: (n: number) => Tier,
  plan: SharesPlan,
): Promise<{ ids: readonly string[]; served: readonly WorkMoment[]; partitions: number }> {
  const tenants = await lab.writeTenants(name, count, { cap: plan.cap, route: 'pooled', tier });
  const bundle = await lab.bundle('timed-deployments');
  const { slots: poolSlots, workMs } = plan;
  const platform = await startPlatform(lab, { name, tenants, bundle, poolSlots, workMs });
  const wanted = plan.skip + plan.dispatches;
  await backlog(lab, platform, tenants.ids, wanted);
  const begun = (): WorkMoment[] => readWorkLogs(platform.workLogs).filter(({ kind }) => kind === 'begin');
  const atBest = (wanted / plan.slots) * plan.workMs;
  await waitFor(() => begun().length >= wanted, {
    what: `${wanted} activities begun`,
    timeoutMs: 4 * atBest + 60_000,
    everyMs: 500,
  });
  const partitions = await partitionsOfPool(platform);
  await platform.stop();
  return { ids: tenants.ids, served: begun().slice(plan.skip, wanted), partitions };
}

/** So many requests that the tenant with the largest share still has some when the last dispatch is counted. */
async function backlog(
  lab: Laboratory,
  { topicPrefix }: BenchPlatform,
  ids: readonly string[],
  dispatches: number,
): Promise<void> {
  const producer = lab.kafka.kafka.producer();
  await producer.connect();
  const each = ids.length === TIERS.length ? dispatches : Math.ceil((3 * dispatches) / ids.length);
  for (let from = 0; from < each; from += 100) {
    const numbers = Array.from(
      { length: Math.min(100, each - from) * ids.length },
      (_, i) => from * ids.length + i,
    );
    await producer.send({
      topic: topics(topicPrefix).requests,
      messages: numbers.map((n) => requestRecord(ids, n)),
    });
  }
  await producer.disconnect();
}

/** Fairness holds within each partition of a task queue, so that their number matters. */
async function partitionsOfPool({ client }: BenchPlatform): Promise<number> {
  const { activityTaskQueuePartitions } = await client.workflowService.listTaskQueuePartitions({
    namespace: client.options.namespace,
    taskQueue: { name: POOL_TASK_QUEUE },
  });
  return activityTaskQueuePartitions?.length ?? NaN;
}

/** The longest that any of them went without a dispatch while all had a backlog. */
function longestGap(served: readonly WorkMoment[], ids: readonly string[]): number {
  const from = served[0]?.at ?? NaN;
  const to = served.at(-1)?.at ?? NaN;
  const gaps = ids.map((id) => {
    const at = [from, ...served.filter(({ tenantId }) => tenantId === id).map((moment) => moment.at), to];
    return Math.max(...at.slice(1).map((time, n) => time - (at[n] as number)));
  });
  return Math.ceil(Math.max(...gaps));
}
