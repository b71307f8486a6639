import {
  awaitAny,
  createForward,
  type ForwardDependencies,
  rebuildGate,
  type RebuildDependencies,
} from '@vecino/temporal';
import type { ProjectorActivities } from '@vecino/workflows';

export type GateActivityDependencies = RebuildDependencies & Omit<ForwardDependencies, 'namespace'>;

/** What the gates of one namespace need of Temporal itself. */
export const createGateActivities = (
  deps: GateActivityDependencies,
): Pick<ProjectorActivities, 'awaitAny' | 'rebuildGate' | 'forward'> => ({
  awaitAny: (input) => awaitAny(deps, input),
  rebuildGate: (input) => rebuildGate(deps, input),
  forward: createForward({ ...deps, namespace: deps.client.options.namespace }),
});
