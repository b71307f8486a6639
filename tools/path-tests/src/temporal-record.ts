import { Client, type WorkflowExecutionStatusName } from '@temporalio/client';
import { type Execution } from '@vecino/audit';
import {
  DEPLOYMENT_WORKFLOW_TYPE,
  type Explanation,
  explainQuery,
  gateWorkflowId,
  parseDeploymentWorkflowId,
} from '@vecino/workflows';

/** Every deployment that Temporal has recorded in any namespace: a tenant that moved left some behind. */
export async function readExecutionsEverywhere(client: Client): Promise<Execution[]> {
  const found: Execution[] = [];
  for (const one of await everyNamespace(client)) found.push(...(await readExecutions(one)));
  return found;
}

/** A client for each namespace in which there may be tenants. */
export async function everyNamespace({ connection }: Client): Promise<Client[]> {
  const { namespaces } = await connection.workflowService.listNamespaces({ pageSize: 1_000 });
  return namespaces
    .map(({ namespaceInfo }) => namespaceInfo?.name ?? '')
    .filter((namespace) => namespace !== 'temporal-system')
    .map((namespace) => new Client({ connection, namespace }));
}

/** Started and terminated: such a workflow never got its first task. */
const NEVER_RAN_EVENTS = 2;

/** Every deployment that Temporal has recorded in the client's namespace. What closed a moment ago may still look open. */
export async function readExecutions(client: Client): Promise<Execution[]> {
  const executions: Execution[] = [];
  const query = `WorkflowType = "${DEPLOYMENT_WORKFLOW_TYPE}"`;
  for await (const listed of client.workflow.list({ query })) {
    const { workflowId, startTime, closeTime, status, historyLength } = listed;
    const ids = parseDeploymentWorkflowId(workflowId);
    if (ids === undefined) throw new Error(`${workflowId} is no deployment's id`);
    executions.push({
      ...ids,
      started: startTime.getTime(),
      namespace: client.options.namespace,
      ...(closeTime && { closed: closeTime.getTime(), ...howOf(status.name) }),
      neverRan: status.name === 'TERMINATED' && historyLength <= NEVER_RAN_EVENTS,
    });
  }
  return executions;
}

function howOf(status: WorkflowExecutionStatusName): Pick<Execution, 'how'> {
  switch (status) {
    case 'COMPLETED':
      return { how: 'completed' };
    case 'FAILED':
      return { how: 'failed' };
    case 'CANCELLED':
      return { how: 'cancelled' };
    case 'TERMINATED':
      return { how: 'terminated' };
    case 'TIMED_OUT':
      return { how: 'timed-out' };
    case 'UNSPECIFIED':
    case 'RUNNING':
    case 'CONTINUED_AS_NEW':
    case 'PAUSED':
    case 'UNKNOWN':
      return {};
  }
}

/** Where the tenant's gate says that a deployment stands, after everything that it was sent so far. */
export const standing = (
  client: Client,
  { tenantId, deploymentId }: { tenantId: string; deploymentId: string },
): Promise<Explanation> =>
  client.workflow.getHandle(gateWorkflowId(tenantId)).query(explainQuery, deploymentId);
