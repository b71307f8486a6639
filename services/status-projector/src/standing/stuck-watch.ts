import type { EpochMs } from '@vecino/foundation';
import type { RunningDeployment } from '@vecino/temporal';

/** Twice the time that a state may take: then nothing is going to happen by itself. */
const PATIENCE = 2;

interface Seen {
  readonly state: string;
  readonly since: EpochMs;
}

/**
 * Since when each running deployment is in its state, as far as this process has seen it: one that was stuck before the process
 * began is found so much later.
 */
export class StuckWatch {
  #seen = new Map<string, Seen>();

  /** Those that are stuck, of all that run now. `limitMs`: how long a deployment may be in its state. */
  look(
    running: readonly RunningDeployment[],
    now: EpochMs,
    limitMs: (deployment: RunningDeployment) => number,
  ): readonly RunningDeployment[] {
    const seen = new Map<string, Seen>();
    const stuck = running.filter((deployment) => {
      const { runId, state } = deployment;
      const before = this.#seen.get(runId);
      const entered = before?.state === state ? before : { state, since: now };
      seen.set(runId, entered);
      return now - entered.since > PATIENCE * limitMs(deployment);
    });
    this.#seen = seen;
    return stuck;
  }
}
