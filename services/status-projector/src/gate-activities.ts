import type { Client } from '@temporalio/client';
import { awaitAny, rebuildGate } from '@vecino/temporal';
import type { ProjectorActivities } from '@vecino/workflows';

/** What the gates of one namespace need of Temporal itself. */
export const createGateActivities = (
  client: Client,
): Pick<ProjectorActivities, 'awaitAny' | 'rebuildGate'> => ({
  awaitAny: (input) => awaitAny(client, input),
  rebuildGate: (input) => rebuildGate(client, input),
});
