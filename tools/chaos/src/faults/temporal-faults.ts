import { Client, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { namespaceOf, tenantOf } from '@vecino/tenancy';
import { waitFor } from '@vecino/testing';
import { DEPLOYMENT_WORKFLOW_TYPE, gateWorkflowId } from '@vecino/workflows';
import { during, type Fault } from '../fault.js';
import { type Ground } from '../ground.js';
import { ROUGH } from '../chaos-tenants.js';

const SHARED_NAMESPACE = 'default';
const SOMETHING_RUNS_WITHIN_MS = 30_000;

function clientOf({ platform: { path } }: Ground, tenantId: string): Client {
  const tenant = tenantOf(path.platform.registry, tenantId);
  if (tenant === undefined) throw new Error(`the registry has no ${tenantId}`);
  const namespace = namespaceOf(tenant, SHARED_NAMESPACE);
  return new Client({ connection: path.temporal.connection, namespace });
}

/** The watchdog starts it again, and it rebuilds itself from what its predecessor left behind. */
const gate: Fault = {
  summary: 'somebody terminates the gate of a tenant',
  concerns: (tenants) => tenants.map(({ id }) => id),
  strike: (ground) =>
    during(async () => {
      // One may have continued as new just now, or have completed with its tenant.
      for (const { id } of ground.choices.shuffled(ground.platform.tenants))
        if (await terminated(clientOf(ground, id).workflow.getHandle(gateWorkflowId(id))))
          return `gate of ${id} terminated`;
      return undefined;
    }),
};

/** Whether it was this that ended it. */
async function terminated(handle: WorkflowHandle): Promise<boolean> {
  try {
    const { runId } = await handle.describe();
    await handle.terminate('chaos');
    const { status } = await handle.client.getHandle(handle.workflowId, runId).describe();
    return status.name === 'TERMINATED';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** Its activity may still be at its router: the gate holds the router until that has settled. */
const deployment: Fault = {
  summary: 'somebody terminates a running deployment',
  concerns: () => [ROUGH.id],
  strike: (ground) =>
    during(async () => {
      const client = clientOf(ground, ROUGH.id);
      const query = `WorkflowType = "${DEPLOYMENT_WORKFLOW_TYPE}" AND TenantId = "${ROUGH.id}" AND ExecutionStatus = "Running"`;
      const workflowId = await waitFor(
        async () => {
          for await (const { workflowId } of client.workflow.list({ query, pageSize: 1 })) return workflowId;
          return undefined;
        },
        { what: 'a deployment that runs', timeoutMs: SOMETHING_RUNS_WITHIN_MS, everyMs: 200 },
      ).catch(() => undefined);
      if (workflowId === undefined) return undefined;
      const handle = client.workflow.getHandle(workflowId);
      // It may have ended just now by itself.
      await handle.terminate('chaos').catch(() => undefined);
      const { status } = await handle.describe();
      return status.name === 'TERMINATED' ? `${workflowId} terminated` : undefined;
    }),
};

export const TEMPORAL_FAULTS = {
  'terminate-gate': gate,
  'terminate-deployment': deployment,
} satisfies Record<string, Fault>;
