import { TemporalFailure } from '@temporalio/common';
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

/** With its causes and those that it gathers. Never throws: what can be neither read nor changed keeps what it says. */
function redactInPlace(thrown: unknown): void {
  // Grows while it is walked, and holds each once: causes may lie in a circle.
  const reached = new Set([thrown]);
  let heldSecrets = false;
  for (const error of reached) {
    if (!attempt(() => error instanceof Error)) continue;
    for (const name of ['message', 'stack'] as const)
      if (attempt(() => redactProperty(error as Error, name))) heldSecrets = true;
    for (const next of attempt(() => errorsBehind(error as Error)) ?? []) reached.add(next);
  }
  if (heldSecrets) for (const error of reached) attempt(() => forgetRecord(error));
}

const errorsBehind = (error: Error): unknown[] => [
  error.cause,
  ...(error instanceof AggregateError ? error.errors : []),
];

/** Whether it held a secret. Defined anew, since some errors have their message from a getter; one that is frozen keeps it. */
function redactProperty(error: Error, name: 'message' | 'stack'): boolean {
  const text: unknown = error[name];
  if (typeof text !== 'string') return false;
  const value = redactText(text);
  if (value === text) return false;
  Reflect.defineProperty(error, name, { value, configurable: true, enumerable: false, writable: true });
  return true;
}

/** What came from Temporal, such as why a workflow failed, goes back as the record that it was read from, while it has that. */
function forgetRecord(error: unknown): void {
  if (error instanceof TemporalFailure) Reflect.deleteProperty(error, 'failure');
}

/** What an error throws when it is looked at must not stand in for it. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
