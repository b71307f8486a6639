import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';

/** The newest run of a gate as Temporal has it; `NONE` where it has none. */
export async function describeGate(client: Client, workflowId: string) {
  try {
    const { status, runId } = await client.workflow.getHandle(workflowId).describe();
    return { status: status.name, runId };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { status: 'NONE' as const, runId: '' };
    throw error;
  }
}
