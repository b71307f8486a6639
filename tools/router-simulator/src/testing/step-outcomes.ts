import { ApplicationFailure } from '@temporalio/common';
import type { Clock } from '@vecino/foundation';
import type { DeploymentOutcome } from '@vecino/workflows';

/** The failure that a step ended with. */
export async function failureOf(work: Promise<unknown>): Promise<ApplicationFailure> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApplicationFailure)) throw new Error('no ApplicationFailure', { cause: error });
  return error;
}

/** With which the deployment ends if the failure is final. */
export const outcomeIn = (failure: ApplicationFailure) => failure.details?.[0] as DeploymentOutcome;

/** A clock that is a minute further at each reading, for waits that no test waits. */
export function minutesPass(): Clock {
  let minutes = 0;
  const start = Date.now();
  return { now: () => start + 60_000 * minutes++ };
}

export async function watchUntil(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
