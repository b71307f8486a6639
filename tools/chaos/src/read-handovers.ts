import { Client } from '@temporalio/client';
import { type Handover } from '@vecino/audit';
import { namespacesOf } from '@vecino/temporal';
import { type SubmitBatch } from '@vecino/workflows';

const GATES = 'WorkflowType = "TenantGateWorkflow"';

/** Every request in the history of any run of a gate, with when it came there. */
export async function readHandovers({ connection }: Client): Promise<Handover[]> {
  const found: Handover[] = [];
  for (const namespace of await namespacesOf(connection)) {
    const client = new Client({ connection, namespace });
    for await (const { workflowId, runId } of client.workflow.list({ query: GATES }))
      found.push(...(await handoversOf(client, workflowId, runId)));
  }
  return found;
}

async function handoversOf(client: Client, workflowId: string, runId: string): Promise<Handover[]> {
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  return (events ?? []).flatMap(({ eventTime, workflowExecutionSignaledEventAttributes: signal }) => {
    if (signal?.signalName !== 'submit') return [];
    const at = Number(eventTime?.seconds ?? 0) * 1_000 + Math.floor((eventTime?.nanos ?? 0) / 1_000_000);
    const data = signal.input?.payloads?.[0]?.data;
    if (!data) return [];
    const { partition, items } = JSON.parse(Buffer.from(data).toString('utf8')) as SubmitBatch;
    return items.map(({ offset }) => ({ partition, offset, at }));
  });
}
