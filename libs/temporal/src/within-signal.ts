import type { Client } from '@temporalio/client';

export interface CallLimits {
  readonly signal: AbortSignal;
  /** How long all calls together may take. */
  readonly limitMs?: number;
}

/**
 * Makes calls of a client that are cancelled when the signal is aborted, or their time is over. The client's own `withAbortSignal`
 * adds a listener for each call and never takes it away: on a signal that outlives them, no call would ever be freed.
 * Rejects with the signal's reason where that is aborted already.
 */
export async function withinSignal<T>(
  client: Pick<Client, 'withAbortSignal'>,
  { signal, limitMs }: CallLimits,
  calls: () => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const own = new AbortController();
  const end = (): void => own.abort(signal.reason);
  signal.addEventListener('abort', end, { once: true });
  const timer = limitMs === undefined ? undefined : setTimeout(end, limitMs);
  try {
    return await client.withAbortSignal(own.signal, calls);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}
