import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { redactText } from '@vecino/foundation';

/**
 * What an activity throws goes into a history, which many may read, and from there into reasons that are published: it goes
 * without secrets. The error stays the one it is, since by its class the SDK tells a cancellation from a failure.
 */
export const redactFailures: ActivityInterceptorsFactory = () => ({
  inbound: {
    async execute(input, next) {
      try {
        return await next(input);
      } catch (error) {
        redactInPlace(error);
        throw error;
      }
    },
  },
});

/** With its causes, which may lie in a circle. */
function redactInPlace(error: unknown): void {
  const seen = new Set<Error>();
  for (let at: unknown = error; at instanceof Error && !seen.has(at); at = at.cause) {
    seen.add(at);
    redactProperty(at, 'message');
    redactProperty(at, 'stack');
  }
}

/** Defined anew, since some errors have their message from a getter; one that is frozen keeps what it says. */
function redactProperty(error: Error, name: 'message' | 'stack'): void {
  const text = error[name];
  if (text === undefined) return;
  const value = redactText(text);
  if (value !== text)
    Reflect.defineProperty(error, name, { value, configurable: true, enumerable: false, writable: true });
}
