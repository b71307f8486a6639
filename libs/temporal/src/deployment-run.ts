import { Client } from '@temporalio/client';
import { decodeFromPayloadsAtIndex } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { EpochMs } from '@vecino/foundation';
import { type DeploymentInput, deploymentWorkflowId } from '@vecino/workflows';
import { translateTemporalError } from './temporal-error.js';

/** A deployment's workflow, as long as Temporal retains it. */
export interface DeploymentRun {
  readonly input: DeploymentInput;
  readonly startedAt: EpochMs;
  /** Whether it is open. */
  readonly isRunning: boolean;
}

const CALL_LIMIT_MS = 10_000;

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
      };
    });
  } catch (error) {
    const fault = translateTemporalError(error, `read ${workflowId} in namespace ${namespace}`);
    if (fault.code === 'WORKFLOW_NOT_FOUND') return undefined;
    throw fault;
  }
}
