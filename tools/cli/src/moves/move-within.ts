import { taskQueueOf, tenantOf } from '@vecino/tenancy';
import { type GateStanding } from '@vecino/temporal';
import { writeChange } from '../tenants/change-tenants.js';
import { awaitStep } from './await-step.js';
import { type DriveMove, type MoveStep } from './move.js';

/**
 * Within one namespace the tenant keeps its gate, which goes on on the new queue; running deployments end on the old one,
 * which is served for as long as they run.
 */
export const moveWithin: DriveMove = async ({ tenant, to }, deps) => {
  const { env, looks, tell } = deps;
  const { id } = tenant;
  const [oldQueue, newQueue] = [taskQueueOf(tenant), taskQueueOf({ id, route: to })];
  const { after } = await writeChange(env, () => ({ kind: 'route', id, route: to }));
  const revision = tenantOf(after, id)?.revision ?? after.revision;
  tell({ step: 'decided', text: `the registry says ${to}, revision ${revision}` });

  const arrived = await awaitStep(deps, async () =>
    arriving(await looks.standing({ id, route: to }), newQueue, revision),
  );
  if (arrived.kind !== 'done' || oldQueue === newQueue) return arrived;
  tell({ step: 'arriving', text: `its gate is on ${newQueue}` });
  return awaitStep(deps, async () => {
    const running = await looks.running(tenant, oldQueue);
    return running === 0 ? undefined : { step: 'emptying', text: `${running} running on ${oldQueue}` };
  });
};

/** What its gate still has to do; a tenant without an open one has arrived. */
export function arriving(standing: GateStanding, taskQueue: string, revision: number): MoveStep | undefined {
  switch (standing.kind) {
    case 'none':
    case 'completed':
      return undefined;
    case 'ended':
      return { step: 'arriving', text: `its gate has ended (${standing.status}) and is started again` };
    case 'open': {
      if (standing.taskQueue !== taskQueue)
        return { step: 'arriving', text: `its gate is still on ${standing.taskQueue}` };
      const { report } = standing;
      if (report === undefined)
        return { step: 'arriving', text: `nobody answers for its gate on ${taskQueue}` };
      if (report.revision < revision || !report.ready)
        return { step: 'arriving', text: `its gate on ${taskQueue} has not heard of revision ${revision}` };
      return undefined;
    }
  }
}
