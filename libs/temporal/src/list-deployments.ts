import { Client, type WorkflowExecutionStatusName } from '@temporalio/client';
import type { EpochMs } from '@vecino/foundation';
import { DEPLOYMENT_WORKFLOW_TYPE, parseDeploymentWorkflowId } from '@vecino/workflows';
import { askTemporal } from './ask-temporal.js';

/** A run of a deployment's workflow, as a list shows it. */
export interface ListedDeployment {
  readonly tenantId: string;
  readonly deploymentId: string;
  readonly namespace: string;
  readonly runId: string;
  readonly startedAt: EpochMs;
  /** Undefined while it runs. */
  readonly closedAt?: EpochMs;
  readonly status: WorkflowExecutionStatusName;
  /** It was terminated before it got its first task: its gate starts it again. */
  readonly neverRan: boolean;
}

const CALL_LIMIT_MS = 120_000;
const PAGE = 1_000;
const INTERNAL = 'temporal-system';
/** Started and terminated. */
const NEVER_RAN_EVENTS = 2;

/**
 * The runs of all deployments that Temporal retains, of every namespace and every tenant: one that moved left some behind. Of those
 * that started at `since` or later, where it is given. Lists lag behind by up to seconds.
 *
 * @throws TemporalError
 */
export async function listDeployments(
  { connection }: Client,
  { since }: { readonly since?: EpochMs } = {},
): Promise<ListedDeployment[]> {
  const found: ListedDeployment[] = [];
  for (const namespace of await namespacesOf(connection)) {
    const client = new Client({ connection, namespace });
    await askTemporal(client, 'list deployments', CALL_LIMIT_MS, async () => {
      for await (const run of client.workflow.list({ query: queryOf(since), pageSize: PAGE })) {
        const { workflowId, runId, startTime, closeTime, status, historyLength } = run;
        const ids = parseDeploymentWorkflowId(workflowId);
        if (ids === undefined) continue;
        found.push({
          ...ids,
          namespace,
          runId,
          startedAt: startTime.getTime(),
          ...(closeTime && { closedAt: closeTime.getTime() }),
          status: status.name,
          neverRan: status.name === 'TERMINATED' && historyLength <= NEVER_RAN_EVENTS,
        });
      }
    });
  }
  return found;
}

const queryOf = (since: EpochMs | undefined): string =>
  `WorkflowType = '${DEPLOYMENT_WORKFLOW_TYPE}'${since === undefined ? '' : ` AND StartTime >= '${new Date(since).toISOString()}'`}`;

/** All but the server's own. @throws TemporalError */
export async function namespacesOf(connection: Client['connection']): Promise<string[]> {
  const names: string[] = [];
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await askTemporal(new Client({ connection }), 'list namespaces', CALL_LIMIT_MS, () =>
      connection.workflowService.listNamespaces({
        pageSize: PAGE,
        ...(nextPageToken === undefined ? {} : { nextPageToken }),
      }),
    );
    names.push(...page.namespaces.flatMap(({ namespaceInfo }) => namespaceInfo?.name ?? []));
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
  } while (nextPageToken !== undefined);
  return names.filter((name) => name !== INTERNAL);
}
