import type { Client } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { EpochMs } from '@vecino/foundation';
import { parseDeploymentWorkflowId, SEARCH_ATTRIBUTES } from '@vecino/workflows';

/** A run of a deployment, as a list shows it. */
export interface ListedDeployment {
  readonly tenantId: string;
  readonly deploymentId: string;
  readonly runId: string;
  readonly taskQueue: string;
  readonly startedAt: EpochMs;
  /** Temporal's: RUNNING, COMPLETED, TERMINATED … */
  readonly status: string;
  /** As its statuses have it, where the list says so. */
  readonly state?: string;
}

const PAGE = 1_000;
const STATE = defineSearchAttributeKey(SEARCH_ATTRIBUTES.deploymentState, 'KEYWORD');

/** The deployments of the client's namespace that a query finds, page by page; what has not the id of a deployment is left out. */
export async function* listedDeployments(client: Client, query: string): AsyncGenerator<ListedDeployment> {
  for await (const run of client.workflow.list({ query, pageSize: PAGE })) {
    const ids = parseDeploymentWorkflowId(run.workflowId);
    if (ids === undefined) continue;
    const { runId, taskQueue, startTime, status, typedSearchAttributes } = run;
    const state = typedSearchAttributes.get(STATE);
    yield {
      ...ids,
      runId,
      taskQueue,
      startedAt: startTime.getTime(),
      status: status.name,
      ...(state !== undefined && { state }),
    };
  }
}
