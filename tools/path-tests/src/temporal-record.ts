import { Client } from '@temporalio/client';
import {
  DEPLOYMENT_WORKFLOW_TYPE,
  type Explanation,
  explainQuery,
  gateWorkflowId,
  parseDeploymentWorkflowId,
} from '@vecino/workflows';
import { type Execution } from './judge.js';

/** Every deployment that Temporal has recorded in any namespace: a tenant that moved left some behind. */
export async function readExecutionsEverywhere(client: Client): Promise<Execution[]> {
  const { connection } = client;
  const { namespaces } = await connection.workflowService.listNamespaces({ pageSize: 1_000 });
  const found: Execution[] = [];
  for (const { namespaceInfo } of namespaces) {
    const namespace = namespaceInfo?.name ?? '';
    if (namespace === 'temporal-system') continue;
    found.push(...(await readExecutions(new Client({ connection, namespace }))));
  }
  return found;
}

/** Every deployment that Temporal has recorded in the client's namespace. What closed a moment ago may still look open. */
export async function readExecutions(client: Client): Promise<Execution[]> {
  const executions: Execution[] = [];
  const query = `WorkflowType = "${DEPLOYMENT_WORKFLOW_TYPE}"`;
  for await (const { workflowId, startTime, closeTime } of client.workflow.list({ query })) {
    const ids = parseDeploymentWorkflowId(workflowId);
    if (ids === undefined) throw new Error(`${workflowId} is no deployment's id`);
    executions.push({
      ...ids,
      started: startTime.getTime(),
      ...(closeTime && { closed: closeTime.getTime() }),
    });
  }
  return executions;
}

/** Where the tenant's gate says that a deployment stands, after everything that it was sent so far. */
export const standing = (
  client: Client,
  { tenantId, deploymentId }: { tenantId: string; deploymentId: string },
): Promise<Explanation> =>
  client.workflow.getHandle(gateWorkflowId(tenantId)).query(explainQuery, deploymentId);
