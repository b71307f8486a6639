import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { DEPLOYMENT_WORKFLOW_TYPE, type DeploymentInput, deploymentWorkflowId } from '@vecino/workflows';
import type { Bench, BenchContext } from './bench.js';
import { type Laboratory, openLaboratory } from './laboratory.js';
import { NOOP_WORKER, pathRate } from './path-rate.js';
import { cut, middleRate, type Round, spreadOf } from './report.js';

const TENANTS = 10;
/** Slots of each tenant: 100 deployments are open on either side. */
const CAP = 10;
const OPEN = TENANTS * CAP;
const DEPLOYMENTS = 300;
/** Open workflows that the bare side is tried with; the best counts. */
const BARE_CONCURRENCIES = [50, 100];

/** Deployments/s of the same workflow with no-op activities: started bare, and through Kafka, gate and projector to Kafka. */
export const e2e: Bench = {
  name: 'e2e',
  summary: 'deployments/s with no-op activities: workflows started bare against the whole path',
  defaultRounds: 3,
  async run(context: BenchContext) {
    const lab = await openLaboratory(context.progress);
    try {
      await bare(lab, 'warma', [OPEN], 100);
      await path(lab, 'warmb', 100);
      const rounds: Round[] = [];
      for (let n = 0; n < context.rounds; n++) {
        const bareRates = await bare(lab, `bare${n}`, BARE_CONCURRENCIES, DEPLOYMENTS);
        const best = Math.max(...bareRates.values());
        const ours = await path(lab, `path${n}`, DEPLOYMENTS);
        const tried = Object.fromEntries(
          [...bareRates].map(([open, rate]) => [`bare_${open}_open_per_s`, cut(rate)]),
        );
        rounds.push({ ...tried, bare_per_s: cut(best), path_per_s: cut(ours), ratio: cut(ours / best, 3) });
        context.print(
          `round ${n + 1}: bare ${cut(best, 1)}/s, path ${cut(ours, 1)}/s, ratio ${cut(ours / best, 3)}`,
        );
      }
      return {
        rounds,
        ratio: spreadOf(rounds, 'ratio', 3),
        figures: {
          bare_per_s: spreadOf(rounds, 'bare_per_s'),
          path_per_s: spreadOf(rounds, 'path_per_s'),
          deployments: DEPLOYMENTS,
          tenants: TENANTS,
          open: OPEN,
          temporal: lab.stack.parts.find((part) => part.name === 'temporal')?.origin ?? 'unknown',
        },
      };
    } finally {
      await lab.close();
    }
  },
};

const path = async (lab: Laboratory, name: string, count: number): Promise<number> =>
  (await pathRate(lab, { name, tenants: TENANTS, cap: CAP, count })).perSecond;

/** Workflows per second, started by a client that keeps a number of them open; nothing is published. */
async function bare(
  lab: Laboratory,
  name: string,
  concurrencies: readonly number[],
  count: number,
): Promise<Map<number, number>> {
  const tenants = await lab.writeTenants(name, TENANTS, { cap: CAP });
  const worker = await lab.run(name, NOOP_WORKER, { VECINO_TENANTS_FILE: tenants.file }, [
    '--publish-nothing',
  ]);
  const connection = await Connection.connect({ address: lab.stack.env['TEMPORAL_ADDRESS'] ?? '' });
  const client = new Client({ connection });
  const rates = new Map<number, number>();
  for (const open of concurrencies) {
    const endings: number[] = [];
    let next = 0;
    const keepOneOpen = async (): Promise<void> => {
      while (next < count) {
        const tenantId = tenants.ids[next++ % TENANTS] as string;
        await client.workflow.execute(DEPLOYMENT_WORKFLOW_TYPE, startOptions(tenantId));
        endings.push(performance.now());
      }
    };
    await Promise.all(Array.from({ length: open }, keepOneOpen));
    rates.set(open, middleRate(endings));
  }
  await worker.stop();
  await connection.close();
  return rates;
}

function startOptions(tenantId: string) {
  const deploymentId = randomUUID();
  const input: DeploymentInput = {
    tenantId,
    tier: 'premium',
    statusFormat: 'avro',
    deploymentId,
    routerId: 'router',
    routerIp: '10.0.0.1',
    softwareVersion: '2.0.0',
  };
  return {
    workflowId: deploymentWorkflowId(tenantId, deploymentId),
    taskQueue: `tenant-${tenantId}-deployments`,
    args: [input] as [DeploymentInput],
  };
}
