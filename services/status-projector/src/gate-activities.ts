import {
  awaitAny,
  createForward,
  type GateClient,
  rebuildGate,
  type RebuildDependencies,
} from '@vecino/temporal';
import type { Registry } from '@vecino/tenancy';
import type { ProjectorActivities } from '@vecino/workflows';

export interface GateActivityDependencies extends RebuildDependencies {
  /** Of all namespaces. */
  readonly gates: Pick<GateClient, 'submit' | 'command'>;
  readonly registry: () => Registry;
  readonly sharedNamespace: string;
}

/** What the gates of one namespace need of Temporal itself. */
export const createGateActivities = (
  deps: GateActivityDependencies,
): Pick<ProjectorActivities, 'awaitAny' | 'rebuildGate' | 'forward'> => ({
  awaitAny: (input) => awaitAny(deps.client, input),
  rebuildGate: (input) => rebuildGate(deps, input),
  forward: createForward(deps.gates, deps.registry, deps.sharedNamespace),
});
