import type { Client } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { DEPLOYMENT_WORKFLOW_TYPE, parseDeploymentWorkflowId, SEARCH_ATTRIBUTES } from '@vecino/workflows';
import { askTemporal } from './ask-temporal.js';

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
const PAGE = 1_000;
const LISTED_AT_MOST = 20_000;
const QUERY = `WorkflowType = '${DEPLOYMENT_WORKFLOW_TYPE}' AND ExecutionStatus = 'Running'`;
const STATE = defineSearchAttributeKey(SEARCH_ATTRIBUTES.deploymentState, 'KEYWORD');

/**
 * The deployments that run in the client's namespace, of all tenants; no more than 20,000. Lists lag behind by up to seconds.
 *
 * @throws TemporalError
 */
export const listRunning = (client: Client): Promise<RunningDeployment[]> =>
  askTemporal(client, 'list running deployments', CALL_LIMIT_MS, async () => {
    const running: RunningDeployment[] = [];
    for await (const run of client.workflow.list({ query: QUERY, pageSize: PAGE })) {
      const ids = parseDeploymentWorkflowId(run.workflowId);
      if (ids === undefined) continue;
      const { runId, taskQueue, typedSearchAttributes } = run;
      running.push({ ...ids, runId, taskQueue, state: typedSearchAttributes.get(STATE) ?? '' });
      if (running.length === LISTED_AT_MOST) break;
    }
    return running;
  });
