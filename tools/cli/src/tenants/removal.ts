import { setTimeout as sleep } from 'node:timers/promises';
import { LATE_SENDS_MS } from '@vecino/foundation';
import { type GateStanding } from '@vecino/temporal';

/** How far a removal is. */
export type RemovalStep =
  | { readonly kind: 'fenced'; readonly forMs: number }
  | { readonly kind: 'going'; readonly running: number; readonly queued: number; readonly toPublish: number }
  /** Nobody says how much is left. */
  | { readonly kind: 'waiting'; readonly why: string }
  | { readonly kind: 'gone' };

/**
 * Pure: what is to be said of a removal that was ordered so long ago; `hasMoved` where the tenant came from another namespace. What
 * is sent late must find a gate that refuses it: until then the tenant stays in the registry.
 */
export function removalStep(standing: GateStanding, orderedForMs: number, hasMoved = false): RemovalStep {
  const forMs = LATE_SENDS_MS - orderedForMs;
  switch (standing.kind) {
    case 'none':
      if (hasMoved) return { kind: 'waiting', why: 'its gate still takes over what it left when it moved' };
      return forMs > 0 ? { kind: 'fenced', forMs } : { kind: 'gone' };
    case 'completed':
      if (standing.result.kind === 'moved')
        return { kind: 'waiting', why: 'its gate is moving to another namespace' };
      return forMs > 0 ? { kind: 'fenced', forMs } : { kind: 'gone' };
    case 'ended':
      return { kind: 'waiting', why: `its gate has ended (${standing.status}) and is started again` };
    case 'open': {
      const { report } = standing;
      if (report === undefined)
        return { kind: 'waiting', why: `nobody answers for its gate on ${standing.taskQueue}` };
      const { running, queued, toPublish } = report;
      return { kind: 'going', running, queued, toPublish };
    }
  }
}

export function stepText(step: RemovalStep): string {
  switch (step.kind) {
    case 'fenced':
      return `nothing is left; taken out of the registry in ${Math.ceil(step.forMs / 1_000)} s, when every service has heard of it`;
    case 'going':
      return `${step.running} running, ${step.queued} queued, ${step.toPublish} statuses to publish`;
    case 'waiting':
      return `waiting: ${step.why}`;
    case 'gone':
      return 'nothing is left';
  }
}

export interface RemovalDependencies {
  readonly look: () => Promise<GateStanding>;
  /** The tenant came from another namespace: what waits may lie there until its gate here has begun. */
  readonly hasMoved?: boolean;
  readonly tell: (step: RemovalStep) => void;
  readonly signal: AbortSignal;
  readonly lookEveryMs?: number;
}

const LOOK_EVERY_MS = 1_000;

/** Waits until nothing of the tenant is left that a gate would have to look after; `interrupted` where the signal came first. */
export async function awaitGone(deps: RemovalDependencies): Promise<'gone' | 'interrupted'> {
  const since = Date.now();
  while (!deps.signal.aborted) {
    const step = removalStep(await deps.look(), Date.now() - since, deps.hasMoved);
    deps.tell(step);
    if (step.kind === 'gone') return 'gone';
    await sleep(deps.lookEveryMs ?? LOOK_EVERY_MS, undefined, { signal: deps.signal }).catch(() => undefined);
  }
  return 'interrupted';
}
