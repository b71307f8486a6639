import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { type Client, WorkflowFailedError, type WorkflowExecutionDescription } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { closeOf, type ClosedDeployment, type DeploymentOutcome } from '@vecino/workflows';
import { withinSignal } from '../within-signal.js';

/** Long polls of all running `awaitAny` of this process; a frontend allows 1,200 per namespace. */
const LONG_POLL_LIMIT = 200;
/** How often a workflow is looked at that got no long poll. */
const LOOK_INTERVAL_MS = 1_000;
/** Closes that come this soon after the first travel with it. */
const GATHER_MS = 20;
const FAILED_POLL_PAUSE_MS = 25;
const HEARTBEAT_MS = 1_000;
/** A workflow that has no first task after this long will never get one: its parent died while it was being created. */
const NEVER_RAN_AFTER_MS = 60_000;

let longPolls = 0;

/**
 * Waits until at least one of the workflows has closed. An activity: it heartbeats each second, stops when cancelled,
 * and can be started again at any time, since a close stays closed.
 */
export async function awaitAny(
  client: Client,
  input: { readonly workflowIds: readonly string[] },
): Promise<readonly ClosedDeployment[]> {
  const context = Context.current();
  const stop = new AbortController();
  const { signal } = stop;
  const end = (): void => stop.abort(context.cancellationSignal.reason);
  context.cancellationSignal.addEventListener('abort', end, { once: true });
  const heartbeat = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
  const closed: ClosedDeployment[] = [];
  try {
    const waits = input.workflowIds.map((id) =>
      closeOfWorkflow(client, id, signal).then((c) => closed.push(c)),
    );
    await Promise.race([Promise.any(waits), context.cancelled]);
    await sleep(GATHER_MS);
    return [...closed];
  } finally {
    clearInterval(heartbeat);
    stop.abort();
  }
}

async function closeOfWorkflow(
  client: Client,
  workflowId: string,
  signal: AbortSignal,
): Promise<ClosedDeployment> {
  for (;;) {
    signal.throwIfAborted();
    const description = await describe(client, workflowId, signal);
    if (description === undefined) return { workflowId, runId: '', kind: 'not-found' };
    if (description.status.name !== 'RUNNING') return readClose(client, description, signal);
    if (neverRan(description)) return terminateUnborn(client, description);
    if (longPolls < LONG_POLL_LIMIT) await longPoll(client, workflowId, signal);
    else await sleep(LOOK_INTERVAL_MS, undefined, { signal });
  }
}

async function describe(
  client: Client,
  workflowId: string,
  signal: AbortSignal,
): Promise<WorkflowExecutionDescription | undefined> {
  try {
    return await withinSignal(client, { signal }, () => client.workflow.getHandle(workflowId).describe());
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** Resolves when the workflow may have closed, or when it is time to look whether it ever ran. */
async function longPoll(client: Client, workflowId: string, signal: AbortSignal): Promise<void> {
  longPolls += 1;
  try {
    const limits = { signal, limitMs: NEVER_RAN_AFTER_MS };
    await withinSignal(client, limits, () => client.workflow.getHandle(workflowId).result());
  } catch {
    // However it ended, the description tells; an outage shows there too, and is not asked about in a tight loop.
    await sleep(FAILED_POLL_PAUSE_MS, undefined, { signal });
  } finally {
    longPolls -= 1;
  }
}

async function readClose(
  client: Client,
  description: WorkflowExecutionDescription,
  signal: AbortSignal,
): Promise<ClosedDeployment> {
  const { workflowId, runId, closeTime } = description;
  const fingerprint = description.memo?.['fingerprint'];
  const known = {
    ...(closeTime === undefined ? {} : { closedAt: closeTime.getTime() }),
    ...(typeof fingerprint === 'string' ? { fingerprint } : {}),
  };
  try {
    const handle = client.workflow.getHandle(workflowId, runId);
    const outcome = (await withinSignal(client, { signal }, () => handle.result())) as DeploymentOutcome;
    return { workflowId, runId, kind: 'completed', outcome, ...known };
  } catch (error) {
    if (error instanceof WorkflowFailedError) return { ...closeOf(workflowId, runId, error.cause), ...known };
    if (error instanceof WorkflowNotFoundError) return { workflowId, runId, kind: 'not-found', ...known };
    throw error;
  }
}

const neverRan = ({ historyLength, startTime }: WorkflowExecutionDescription): boolean =>
  historyLength <= 1 && Date.now() - startTime.getTime() > NEVER_RAN_AFTER_MS;

async function terminateUnborn(
  client: Client,
  { workflowId, runId }: WorkflowExecutionDescription,
): Promise<ClosedDeployment> {
  await client.workflow
    .getHandle(workflowId, runId)
    .terminate('never got a first task; its gate starts it again');
  return { workflowId, runId, kind: 'never-ran' };
}
