import { type Client } from '@temporalio/client';
import { type Handover } from '@vecino/audit';
import { everyNamespace } from '@vecino/path-tests';
import { type SubmitBatch } from '@vecino/workflows';

const GATES = 'WorkflowType = "TenantGateWorkflow"';

/** Every request in the history of any run of a gate, with when it came there. */
export async function readHandovers(client: Client): Promise<Handover[]> {
  const found: Handover[] = [];
  for (const one of await everyNamespace(client))
    for await (const { workflowId, runId } of one.workflow.list({ query: GATES }))
      found.push(...(await handoversOf(one, workflowId, runId)));
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
