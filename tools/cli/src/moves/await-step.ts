import { setTimeout as sleep } from 'node:timers/promises';
import { type MoveDependencies, type MoveEnd, type MoveStep } from './move.js';

const LOOK_EVERY_MS = 1_000;

/** Looks until nothing is left to wait for; tells each step that differs from the one before. */
export async function awaitStep(
  { tell, signal, deadline, lookEveryMs = LOOK_EVERY_MS }: MoveDependencies,
  /** What is still waited for; undefined once nothing is. */
  look: () => Promise<MoveStep | undefined>,
): Promise<MoveEnd> {
  let told: string | undefined;
  while (!signal.aborted) {
    const step = await look();
    if (step === undefined) return { kind: 'done' };
    if (step.text !== told) tell(step);
    told = step.text;
    if (Date.now() >= deadline) return { kind: 'late', text: step.text };
    await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
  return { kind: 'interrupted' };
}
