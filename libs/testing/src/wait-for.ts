import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  readonly timeoutMs?: number;
  readonly everyMs?: number;
  /** What is waited for, for the failure's message. */
  readonly what?: string;
}

/**
 * Level-triggered: asks until the answer is neither undefined nor false, and gives it back. A rejecting question counts
 * as "not yet"; its last error is the cause of the failure.
 */
export async function waitFor<T>(
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  options: WaitOptions = {},
): Promise<T> {
  const { timeoutMs = 15_000, everyMs = 20, what = 'the condition' } = options;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    let cause: unknown;
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (err) {
      cause = err;
    }
    if (Date.now() >= deadline) throw new Error(`${what} did not come within ${timeoutMs} ms`, { cause });
    await sleep(everyMs);
  }
}
