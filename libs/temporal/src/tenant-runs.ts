import { Client } from '@temporalio/client';
import type { EpochMs } from '@vecino/foundation';
import { DEPLOYMENT_WORKFLOW_TYPE } from '@vecino/workflows';
import { askTemporal } from './ask-temporal.js';
import { listedDeployments } from './listed-deployments.js';

/** A run of a tenant's deployment, as a list shows it. */
export interface TenantRun {
  readonly deploymentId: string;
  readonly runId: string;
  readonly startedAt: EpochMs;
  /** Temporal's: RUNNING, COMPLETED, TERMINATED … */
  readonly status: string;
  /** As its statuses have it, where that was asked for. */
  readonly state?: string;
}

const CALL_LIMIT_MS = 30_000;
const RUNNING_AT_MOST = 1_000;

/**
 * The tenant's deployments of a namespace that started at `since` or later. Lists lag behind by up to seconds.
 *
 * @throws TemporalError
 */
export async function listTenantRuns(
  { connection }: Client,
  namespace: string,
  tenantId: string,
  since: EpochMs,
): Promise<TenantRun[]> {
  const client = new Client({ connection, namespace });
  const query = `${deploymentsOf(tenantId)} AND StartTime >= '${new Date(since).toISOString()}'`;
  return askTemporal(client, `list deployments of ${tenantId}`, CALL_LIMIT_MS, async () => {
    const runs: TenantRun[] = [];
    for await (const { deploymentId, runId, startedAt, status } of listedDeployments(client, query))
      runs.push({ deploymentId, runId, startedAt, status });
    return runs;
  });
}

/**
 * The tenant's deployments that run in a namespace, the longest first; no more than 1,000. Lists lag behind by up to seconds.
 *
 * @throws TemporalError
 */
export async function listRunningOf(
  { connection }: Client,
  namespace: string,
  tenantId: string,
): Promise<TenantRun[]> {
  const client = new Client({ connection, namespace });
  const query = `${deploymentsOf(tenantId)} AND ExecutionStatus = 'Running'`;
  return askTemporal(client, `list running deployments of ${tenantId}`, CALL_LIMIT_MS, async () => {
    const runs: TenantRun[] = [];
    for await (const run of listedDeployments(client, query)) {
      const { deploymentId, runId, startedAt, status, state } = run;
      runs.push({ deploymentId, runId, startedAt, status, ...(state !== undefined && { state }) });
      if (runs.length === RUNNING_AT_MOST) break;
    }
    return runs.sort((a, b) => a.startedAt - b.startedAt);
  });
}

/**
 * How many of the tenant's deployments run on a task queue of a namespace.
 *
 * @throws TemporalError
 */
export async function countTenantRuns(
  { connection }: Client,
  namespace: string,
  tenantId: string,
  taskQueue: string,
): Promise<number> {
  const client = new Client({ connection, namespace });
  const query = `${deploymentsOf(tenantId)} AND ExecutionStatus = 'Running' AND TaskQueue = '${taskQueue}'`;
  return askTemporal(client, `count deployments of ${tenantId} on ${taskQueue}`, CALL_LIMIT_MS, async () =>
    Number((await client.workflow.count(query)).count),
  );
}

const deploymentsOf = (tenantId: string): string =>
  `WorkflowType = '${DEPLOYMENT_WORKFLOW_TYPE}' AND TenantId = '${tenantId}'`;
