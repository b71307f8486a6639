import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { DEPLOYMENT_WORKFLOW_TYPE, GATE_WORKFLOW_TYPE, gateWorkflowId } from '@vecino/workflows';
import { askTemporal } from './ask-temporal.js';
import { queueStanding } from './queue-standing.js';

/** What lies on the tenants' own task queues of one namespace. Lists lag behind by up to seconds. */
export interface QueueLooks {
  /**
   * Queues on which a deployment runs, without those of `except`.
   *
   * @throws TemporalError
   */
  withRunning(except: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * Queues with the tenants' open gates, idle ones too.
   *
   * @throws TemporalError
   */
  withGates(): Promise<ReadonlySet<string>>;
  /** @throws TemporalError */
  isRunningOn(taskQueue: string): Promise<boolean>;
  /**
   * Whether the tenant's gate is open, and on this queue. Does not lag behind.
   *
   * @throws TemporalError
   */
  hasGateOn(tenantId: string, taskQueue: string): Promise<boolean>;
  /**
   * Whether something waits on the queue for a Worker. Does not lag behind.
   *
   * @throws TemporalError
   */
  hasBacklog(taskQueue: string): Promise<boolean>;
}

/** Workflows of one look. What is beyond is seen once these have a Worker: their queues are then left out. */
const LISTED_AT_MOST = 5_000;
const PAGE = 1_000;
/** Names that a query leaves out. */
const EXCEPT_AT_MOST = 200;
const CALL_LIMIT_MS = 10_000;
const OWN_QUEUES = "TaskQueue STARTS_WITH 'tenant-' AND ExecutionStatus = 'Running'";

export function createQueueLooks(client: Client): QueueLooks {
  const asked = <T>(what: string, call: () => Promise<T>): Promise<T> =>
    askTemporal(client, what, CALL_LIMIT_MS, call);

  async function queuesOf(query: string): Promise<Set<string>> {
    const queues = new Set<string>();
    let listed = 0;
    for await (const { taskQueue } of client.workflow.list({ query, pageSize: PAGE })) {
      queues.add(taskQueue);
      if (++listed === LISTED_AT_MOST) break;
    }
    return queues;
  }

  return {
    withRunning: (except) =>
      asked('list running deployments', () => {
        const left = except.slice(0, EXCEPT_AT_MOST).map((name) => `'${name}'`);
        const without = left.length === 0 ? '' : ` AND TaskQueue NOT IN (${left.join(', ')})`;
        return queuesOf(`WorkflowType = '${DEPLOYMENT_WORKFLOW_TYPE}' AND ${OWN_QUEUES}${without}`);
      }),

    withGates: () =>
      asked('list gates', () => queuesOf(`WorkflowType = '${GATE_WORKFLOW_TYPE}' AND ${OWN_QUEUES}`)),

    isRunningOn: (taskQueue) =>
      asked(`count deployments on ${taskQueue}`, async () => {
        const { count } = await client.workflow.count(
          `WorkflowType = '${DEPLOYMENT_WORKFLOW_TYPE}' AND ExecutionStatus = 'Running' AND TaskQueue = '${taskQueue}'`,
        );
        return count > 0;
      }),

    hasGateOn: (tenantId, taskQueue) =>
      asked(`look at the gate of ${tenantId}`, async () => {
        try {
          const gate = await client.workflow.getHandle(gateWorkflowId(tenantId)).describe();
          return gate.status.name === 'RUNNING' && gate.taskQueue === taskQueue;
        } catch (error) {
          if (error instanceof WorkflowNotFoundError) return false;
          throw error;
        }
      }),

    hasBacklog: async (taskQueue) => (await queueStanding(client, taskQueue, 'workflow')).backlog > 0,
  };
}
