import { groupBy } from '@vecino/foundation';
import type { CaseFile, Deployment } from './case-file.js';
import type { Execution } from './evidence/platform-records.js';
import { firstAfter } from './first-after.js';

/** The time in which a router belongs to one deployment. */
export interface Turn {
  readonly deployment: Deployment;
  readonly execution: Execution;
  readonly from: number;
  /** Until then at least slot and router are held: its close, or when its router was found at rest or was given up. */
  readonly heldUntil: number;
  /** Until then its calls may still reach the router: for ever, or until the next turn, where nobody found it at rest. */
  readonly touchesUntil: number;
}

/** The turns of each router, by their beginning. */
export function turnsOf({ deployments }: CaseFile): ReadonlyMap<string, readonly Turn[]> {
  const turns = [...deployments.values()].flatMap((deployment) =>
    deployment.executions.map((execution) => turnOf(deployment, execution)),
  );
  return groupBy(
    turns.toSorted((a, b) => a.from - b.from),
    ({ deployment }) => deployment.router,
  );
}

/**
 * A deployment that was killed, or does not know what it left behind, settles: its activity may still be at work, and its gate
 * asks the router itself, which also sets what boots next. Its terminal says in `details.router` how that came out.
 */
function turnOf(deployment: Deployment, execution: Execution): Turn {
  const { started: from, closed = Infinity, how } = execution;
  const [end] = deployment.terminals;
  const settled = Math.max(closed, end?.status.occurred_at ?? closed);
  const turn = { deployment, execution, from };
  const left = end?.status.details['router'];
  if (left === 'at rest') return { ...turn, heldUntil: settled, touchesUntil: settled };
  if (left === 'quarantined') return { ...turn, heldUntil: settled, touchesUntil: Infinity };
  const settles = end === undefined && how !== 'completed' && how !== 'cancelled';
  return { ...turn, heldUntil: closed, touchesUntil: settles ? Infinity : closed };
}

/** The last turn that began at that time or before. */
export const turnAt = (turns: readonly Turn[], at: number): Turn | undefined =>
  turns[firstAfter(turns, at, ({ from }) => from) - 1];
