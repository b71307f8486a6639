import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, WorkflowFailedError, type WorkflowExecutionDescription } from '@temporalio/client';
import { TerminatedFailure, ValueError, WorkflowNotFoundError } from '@temporalio/common';
import type { Logger } from '@vecino/telemetry';
import { closeOf, type ClosedDeployment, type DeploymentOutcome } from '@vecino/workflows';
import { deploymentLogFields } from '../deployment-log-fields.js';
import { type TemporalErrorCode, translateTemporalError } from '../temporal-error.js';
import { withinSignal } from '../within-signal.js';

export interface CloseDependencies {
  readonly client: Client;
  readonly logger: Logger;
}

/** Long polls of all running `awaitAny` of this process; a frontend allows 1,200 per namespace. */
const LONG_POLL_LIMIT = 200;
/** How often a workflow is looked at that got no long poll, or whose look has failed. */
const LOOK_INTERVAL_MS = 1_000;
const FAILED_POLL_PAUSE_MS = 25;
/** A workflow that has no first task after this long will never get one: its parent died while it was being created. */
const NEVER_RAN_AFTER_MS = 60_000;
/** By it whoever looks later knows that we terminated the workflow: its gate may not have heard of that. */
export const NEVER_RAN_REASON = 'never got a first task; its gate starts it again';
const UNREADABLE = 'the workflow has closed, and its report cannot be read';

let longPolls = 0;

/**
 * Waits until the workflow has closed. A look that fails is made again, for as long as it fails; rejects only when the
 * signal is aborted.
 */
export async function closeOfWorkflow(
  { client, logger }: CloseDependencies,
  workflowId: string,
  signal: AbortSignal,
): Promise<ClosedDeployment> {
  let told: TemporalErrorCode | undefined;
  for (;;) {
    signal.throwIfAborted();
    try {
      const closed = await look(client, workflowId, signal);
      if (closed !== undefined) return closed;
      told = undefined;
    } catch (error) {
      signal.throwIfAborted();
      const fault = translateTemporalError(error, `look whether ${workflowId} has closed`);
      const fields = { ...deploymentLogFields({ workflowId }), code: fault.code, err: fault };
      if (told !== fault.code)
        logger.warn(fields, 'cannot look whether the deployment has closed; trying again');
      told = fault.code;
      await sleep(LOOK_INTERVAL_MS, undefined, { signal });
    }
  }
}

/** How the workflow has closed; undefined when it is time to look again. */
async function look(
  client: Client,
  workflowId: string,
  signal: AbortSignal,
): Promise<ClosedDeployment | undefined> {
  const description = await describe(client, workflowId, signal);
  if (description === undefined) return { workflowId, runId: '', kind: 'not-found' };
  if (description.status.name !== 'RUNNING') return readClose(client, description, signal);
  if (neverRan(description)) return terminateUnborn(client, description);
  if (longPolls < LONG_POLL_LIMIT) await longPoll(client, workflowId, signal);
  else await sleep(LOOK_INTERVAL_MS, undefined, { signal });
  return undefined;
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
    if (error instanceof WorkflowFailedError)
      return { ...failureOf(workflowId, runId, error.cause), ...known };
    if (error instanceof WorkflowNotFoundError) return { workflowId, runId, kind: 'not-found', ...known };
    if (isUnreadable(error)) return { workflowId, runId, kind: 'failed', message: UNREADABLE, ...known };
    throw error;
  }
}

const failureOf = (workflowId: string, runId: string, cause: unknown): ClosedDeployment =>
  cause instanceof TerminatedFailure && cause.message === NEVER_RAN_REASON
    ? { workflowId, runId, kind: 'never-ran' }
    : closeOf(workflowId, runId, cause);

/** It came, and is nothing that our SDK writes. Asking again would bring the same, and the deployment would never end. */
const isUnreadable = (error: unknown): boolean => error instanceof ValueError || error instanceof SyntaxError;

const neverRan = ({ historyLength, startTime }: WorkflowExecutionDescription): boolean =>
  historyLength <= 1 && Date.now() - startTime.getTime() > NEVER_RAN_AFTER_MS;

async function terminateUnborn(
  client: Client,
  { workflowId, runId }: WorkflowExecutionDescription,
): Promise<ClosedDeployment> {
  await client.workflow.getHandle(workflowId, runId).terminate(NEVER_RAN_REASON);
  return { workflowId, runId, kind: 'never-ran' };
}
