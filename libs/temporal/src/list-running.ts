import type { Client } from '@temporalio/client';
import { DEPLOYMENT_WORKFLOW_TYPE } from '@vecino/workflows';
import { askTemporal } from './ask-temporal.js';
import { listedDeployments } from './listed-deployments.js';

/** A deployment whose workflow runs, as a list shows it. */
export interface RunningDeployment {
  readonly tenantId: string;
  readonly deploymentId: string;
  readonly runId: string;
  readonly taskQueue: string;
  /** As its statuses have it; empty where the list does not say. */
  readonly state: string;
}

const CALL_LIMIT_MS = 30_000;
const LISTED_AT_MOST = 20_000;
const QUERY = `WorkflowType = '${DEPLOYMENT_WORKFLOW_TYPE}' AND ExecutionStatus = 'Running'`;

/**
 * The deployments that run in the client's namespace, of all tenants; no more than 20,000. Lists lag behind by up to seconds.
 *
 * @throws TemporalError
 */
export const listRunning = (client: Client): Promise<RunningDeployment[]> =>
  askTemporal(client, 'list running deployments', CALL_LIMIT_MS, async () => {
    const running: RunningDeployment[] = [];
    for await (const { tenantId, deploymentId, runId, taskQueue, state = '' } of listedDeployments(
      client,
      QUERY,
    )) {
      running.push({ tenantId, deploymentId, runId, taskQueue, state });
      if (running.length === LISTED_AT_MOST) break;
    }
    return running;
  });
