import type { Client } from '@temporalio/client';
import { gateWorkflowId } from '@vecino/workflows';

/** One run of a gate, from its start to its continue-as-new. */
export interface GateRunSize {
  readonly events: number;
  readonly bytes: number;
  readonly signals: number;
}

/** All runs of a tenant's gate in their order; the last one is open. */
export async function gateRuns(client: Client, tenantId: string): Promise<GateRunSize[]> {
  const workflowId = gateWorkflowId(tenantId);
  const runs: GateRunSize[] = [];
  for (let runId: string | undefined = await firstRun(client, workflowId); runId !== undefined;) {
    const handle = client.workflow.getHandle(workflowId, runId);
    const { historySize = NaN } = await handle.describe();
    const { events = [] } = await handle.fetchHistory();
    const signals = (events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes != null);
    const last = events?.at(-1);
    runs.push({ events: Number(last?.eventId ?? 0), bytes: historySize, signals: signals.length });
    runId = last?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
  }
  return runs;
}

async function firstRun(client: Client, workflowId: string): Promise<string | undefined> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  return raw.workflowExecutionInfo?.firstRunId ?? undefined;
}
