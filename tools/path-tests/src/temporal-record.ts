import { type Client } from '@temporalio/client';
import { type Execution } from '@vecino/audit';
import { listDeployments, type ListedDeployment } from '@vecino/temporal';
import { type Explanation, explainQuery, gateWorkflowId } from '@vecino/workflows';

/** Every deployment that Temporal has recorded in any namespace. What closed a moment ago may still look open. */
export const readExecutions = async (client: Client): Promise<Execution[]> =>
  (await listDeployments(client)).map(executionOf);

function executionOf({ startedAt: started, closedAt: closed, status, ...run }: ListedDeployment): Execution {
  const { tenantId, deploymentId, namespace, neverRan } = run;
  const known = { tenantId, deploymentId, namespace, neverRan, started };
  return closed === undefined ? known : { ...known, closed, ...howOf(status) };
}

function howOf(status: ListedDeployment['status']): Pick<Execution, 'how'> {
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
