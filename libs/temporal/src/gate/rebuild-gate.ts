import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import {
  type Carried,
  EMPTY_CARRIED,
  foldGateHistory,
  gateWorkflowId,
  originOf,
  pageOf,
  type RebuildPage,
  type TenantSettings,
} from '@vecino/workflows';
import { gateEventsOf } from './gate-history.js';

/** Lists lag behind: 50-113 ms on SQLite, seconds on Elasticsearch. "No earlier run" is believed only when said twice. */
export const VISIBILITY_LAG_MS = 1_000;

interface EarlierRun {
  readonly runId: string;
  readonly startedAt: number;
}

/**
 * What the tenant's gate knew when its last run died: read from that run's history, not from lists. Pages: the state
 * may be larger than one payload takes. An activity of the gate itself.
 */
export async function rebuildGate(
  client: Client,
  input: { readonly settings: TenantSettings; readonly page: number },
  visibilityLagMs = VISIBILITY_LAG_MS,
): Promise<RebuildPage> {
  const context = Context.current();
  const heartbeat = setInterval(() => context.heartbeat(), 1_000);
  try {
    const workflowId = gateWorkflowId(input.settings.tenantId);
    const own = context.info.workflowExecution?.runId ?? '';
    const runs = await earlierRuns(client, workflowId, own, visibilityLagMs);
    const carried = await stateOf(client, workflowId, runs, input.settings);
    return carried === undefined ? {} : pageOf(carried, input.page);
  } finally {
    clearInterval(heartbeat);
  }
}

/** Earlier runs of the workflow, newest first, as soon as two lists that are the lag apart agree on the newest. */
async function earlierRuns(
  client: Client,
  workflowId: string,
  own: string,
  lagMs: number,
): Promise<EarlierRun[]> {
  for (let before = await listRuns(client, workflowId, own); ;) {
    await sleep(lagMs);
    const now = await listRuns(client, workflowId, own);
    if (now[0]?.runId === before[0]?.runId) return now;
    before = now;
  }
}

async function listRuns(client: Client, workflowId: string, own: string): Promise<EarlierRun[]> {
  const runs: EarlierRun[] = [];
  const query = `WorkflowId = "${workflowId}"`;
  for await (const { runId, startTime } of client.workflow.list({ query }))
    if (runId !== own) runs.push({ runId, startedAt: startTime.getTime() });
  return runs.sort((a, b) => b.startedAt - a.startedAt);
}

/** State in which the newest of the runs died; goes further back while a run died before it knew its own state. */
async function stateOf(
  client: Client,
  workflowId: string,
  runs: readonly EarlierRun[],
  settings: TenantSettings,
): Promise<Carried | undefined> {
  const [newest, ...older] = runs;
  if (newest === undefined) return undefined;
  const history = await client.workflow.getHandle(workflowId, newest.runId).fetchHistory();
  const successor = successorOf(history);
  if (successor !== undefined && !runs.some((run) => run.runId === successor)) {
    // The list does not show the run that this one continued as: ask for that one by its id.
    const next = { runId: successor, startedAt: newest.startedAt + 1 };
    if (await isClosedRun(client, workflowId, successor))
      return stateOf(client, workflowId, [next, ...runs], settings);
  }
  const events = await gateEventsOf(history, client.options.loadedDataConverter);
  const origin = originOf(events);
  const known = origin.kind === 'known' ? origin.carried : await stateOf(client, workflowId, older, settings);
  return foldGateHistory(known ?? EMPTY_CARRIED, events, settings);
}

function successorOf(
  history: Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>,
): string | undefined {
  const last = history.events?.at(-1);
  return last?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
}

async function isClosedRun(client: Client, workflowId: string, runId: string): Promise<boolean> {
  const description = await client.workflow.getHandle(workflowId, runId).describe();
  return description.status.name !== 'RUNNING';
}
