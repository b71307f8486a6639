import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { ClosedDeployment } from '@vecino/workflows';
import { type CloseDependencies, closeOfWorkflow } from './close-of-workflow.js';

/** Closes that come this soon after the first travel with it. */
const GATHER_MS = 20;
const HEARTBEAT_MS = 1_000;

/**
 * Waits until at least one of the workflows has closed. An activity: it heartbeats each second, stops when cancelled,
 * and can be started again at any time, since a close stays closed.
 */
export async function awaitAny(
  deps: CloseDependencies,
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
      closeOfWorkflow(deps, id, signal).then((c) => closed.push(c)),
    );
    await Promise.race([Promise.any(waits), context.cancelled]);
    await sleep(GATHER_MS);
    return [...closed];
  } finally {
    clearInterval(heartbeat);
    stop.abort();
  }
}
