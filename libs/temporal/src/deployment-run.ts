import { Client, type WorkflowExecutionDescription } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { decodeFromPayloadsAtIndex } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { EpochMs } from '@vecino/foundation';
import { type DeploymentInput, deploymentWorkflowId, SEARCH_ATTRIBUTES } from '@vecino/workflows';
import { type PendingStep, pendingSteps } from './pending-step.js';
import { translateTemporalError } from './temporal-error.js';

/** A deployment's workflow, as long as Temporal retains it. */
export interface DeploymentRun {
  readonly input: DeploymentInput;
  readonly startedAt: EpochMs;
  /** Whether it is open. */
  readonly isRunning: boolean;
  readonly runId: string;
  readonly taskQueue: string;
  /** As its statuses have it; undefined before the first. */
  readonly state?: string;
  /** What it is busy with, or waits for; none once it has closed. */
  readonly steps: readonly PendingStep[];
}

const CALL_LIMIT_MS = 10_000;
const STATE = defineSearchAttributeKey(SEARCH_ATTRIBUTES.deploymentState, 'KEYWORD');

/**
 * The workflow of a deployment in the tenant's namespace; undefined where there is none (any more).
 *
 * @throws TemporalError
 */
export async function findDeploymentRun(
  { connection }: Client,
  namespace: string,
  tenantId: string,
  deploymentId: string,
): Promise<DeploymentRun | undefined> {
  const client = new Client({ connection, namespace });
  const workflowId = deploymentWorkflowId(tenantId, deploymentId);
  try {
    return await connection.withDeadline(Date.now() + CALL_LIMIT_MS, async () => {
      const described = await client.workflow.getHandle(workflowId).describe();
      const { history } = await connection.workflowService.getWorkflowExecutionHistory({
        namespace,
        execution: { workflowId, runId: described.runId },
        maximumPageSize: 1,
      });
      const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
      const input = await decodeFromPayloadsAtIndex<DeploymentInput>(
        client.options.loadedDataConverter,
        0,
        started?.input?.payloads,
      );
      return {
        input,
        startedAt: described.startTime.getTime(),
        isRunning: described.status.name === 'RUNNING',
        runId: described.runId,
        taskQueue: described.taskQueue,
        ...stateOf(described),
        steps: pendingSteps(described.raw),
      };
    });
  } catch (error) {
    const fault = translateTemporalError(error, `read ${workflowId} in namespace ${namespace}`);
    if (fault.code === 'WORKFLOW_NOT_FOUND') return undefined;
    throw fault;
  }
}

function stateOf({ typedSearchAttributes }: WorkflowExecutionDescription): Pick<DeploymentRun, 'state'> {
  const state = typedSearchAttributes.get(STATE);
  return state === undefined ? {} : { state };
}
