import { setTimeout as sleep } from 'node:timers/promises';
import { GracefulShutdownPeriodExpiredError, type Worker } from '@temporalio/worker';
import type { Logger } from '@vecino/telemetry';
import { passesByItself, translateTemporalError } from './temporal-error.js';

export interface SupervisedWorker {
  /** Resolves when the Worker polls for the first time, or when it is stopped before. */
  readonly polling: Promise<void>;
  /** Why nobody polls now; undefined while the Worker does. */
  fault(): string | undefined;
  /**
   * Drains the Worker: no new tasks, running activities get their grace.
   *
   * @throws GracefulShutdownPeriodExpiredError when an activity did not even react to its cancellation
   */
  stop(): Promise<void>;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Keeps a Worker running. The SDK rides out lost connections by itself, but gives up where Temporal refuses a poll, as
 * it does while a namespace is missing: such a Worker is made again until it works. The signal of `create` aborts when the
 * Worker is no longer wanted.
 */
export function superviseWorker(
  create: (signal: AbortSignal) => Promise<Worker>,
  logger: Logger,
): SupervisedWorker {
  const stopping = new AbortController();
  let settlePolling = (): void => {};
  const polling = new Promise<void>((resolve) => {
    settlePolling = resolve;
  });
  let current: Worker | undefined;
  /** Of the last Worker, until there is another. */
  let failure = 'its Worker is being made';

  async function runOnce(): Promise<void> {
    current = await create(stopping.signal);
    const running = current.run();
    if (stopping.signal.aborted) current.shutdown();
    else settlePolling();
    await running;
  }

  async function runUntilStopped(): Promise<void> {
    for (
      let pause = FIRST_PAUSE_MS;
      !stopping.signal.aborted;
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS)
    ) {
      try {
        await runOnce();
      } catch (error) {
        if (error instanceof GracefulShutdownPeriodExpiredError) throw error;
        if (stopping.signal.aborted) return;
        const fault = translateTemporalError(error, 'run the Worker');
        failure = fault.message;
        const said = { err: fault, code: fault.code, retry_in_ms: pause };
        if (passesByItself(fault.code)) logger.warn(said, 'Worker failed; it is made again');
        else logger.error(said, 'Worker failed, and may fail until somebody mends it; it is made again');
        await sleep(pause, undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
  }

  const ended = runUntilStopped().finally(() => settlePolling());
  ended.catch(() => {});
  return {
    polling,
    fault: () => (current?.getState() === 'RUNNING' ? undefined : failure),
    stop() {
      if (!stopping.signal.aborted) {
        stopping.abort();
        if (current?.getState() === 'RUNNING') current.shutdown();
      }
      return ended;
    },
  };
}
