import { setTimeout as sleep } from 'node:timers/promises';

export interface Backoff {
  /** Waits longer each time, or not at all when `signal` is aborted: never rejects. */
  wait(signal?: AbortSignal): Promise<void>;
  reset(): void;
}

/** Doubles from `firstMs` to `limitMs`, with a random fifth off so that many waiters do not come back as one. */
export function createBackoff(firstMs = 100, limitMs = 5_000): Backoff {
  let nextMs = firstMs;
  return {
    wait: async (signal) => {
      const waitMs = nextMs * (0.8 + Math.random() * 0.2);
      nextMs = Math.min(nextMs * 2, limitMs);
      await sleep(waitMs, undefined, signal && { signal }).catch(() => undefined);
    },
    reset: () => {
      nextMs = firstMs;
    },
  };
}
