import { createBackoff, type OutageLog } from '@vecino/messaging';

/** Tries until it succeeds or `signal` is aborted, as it is when the partition is taken away. */
export async function patiently<T>(
  outage: OutageLog,
  signal: AbortSignal,
  attempt: () => Promise<T>,
): Promise<T> {
  const backoff = createBackoff();
  for (;;) {
    signal.throwIfAborted();
    try {
      const result = await attempt();
      outage.succeeded();
      return result;
    } catch (err) {
      outage.failed(err);
    }
    await backoff.wait(signal);
  }
}

/** As `patiently`, where a first attempt is under way already. */
export function patientlyFrom<T>(
  first: Promise<T>,
  outage: OutageLog,
  signal: AbortSignal,
  attempt: () => T | Promise<T>,
): Promise<T> {
  let begun: Promise<T> | undefined = first;
  return patiently(outage, signal, async () => {
    const now = begun ?? attempt();
    begun = undefined;
    return now;
  });
}
