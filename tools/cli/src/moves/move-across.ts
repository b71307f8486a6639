import { invariant } from '@vecino/foundation';
import { taskQueueOf, type Tenant, tenantOf } from '@vecino/tenancy';
import { type GateStanding } from '@vecino/temporal';
import { type GateResult } from '@vecino/workflows';
import { writeChange } from '../tenants/change-tenants.js';
import { awaitStep } from './await-step.js';
import { type DriveMove, type MoveStep } from './move.js';
import { arriving } from './move-within.js';

/**
 * Into another namespace the tenant's gate is another workflow, which reads what the old one knew (docs/adr/0015): the
 * registry says `moving`, the old gate lets end what runs, and only then the registry says the new route.
 */
export const moveAcross: DriveMove = async ({ tenant, to }, deps) => {
  const { env, looks, tell } = deps;
  const { id } = tenant;
  const { after } = await writeChange(env, () => ({ kind: 'move', id, to }));
  const epoch = tenantOf(after, id)?.moving?.epoch;
  invariant(epoch !== undefined, 'a tenant that was ordered to move is moving');
  tell({ step: 'ordered', text: `nothing more starts until it has moved; epoch ${epoch}` });

  const drained = await awaitStep(deps, async () =>
    draining(await looks.standing(tenant), epoch, tenant.moved),
  );
  if (drained.kind !== 'done') return drained;
  const decided = await writeChange(env, () => ({ kind: 'route', id, route: to, epoch }));
  const revision = tenantOf(decided.after, id)?.revision ?? decided.after.revision;
  tell({ step: 'decided', text: `the registry says ${to}, revision ${revision}` });

  return awaitStep(deps, async () => {
    const left = await looks.standing(tenant);
    if (left.kind === 'open' || left.kind === 'ended')
      return {
        step: 'emptying',
        text: `its gate in ${looks.namespace(tenant)} takes in what still comes, and hands over`,
      };
    const place = { id, route: to };
    const standing = await looks.standing(place);
    // A tenant that had a gate gets one; the watchdog starts it.
    if (left.kind === 'completed' && standing.kind === 'none')
      return { step: 'arriving', text: `its gate in ${looks.namespace(place)} is being started` };
    return arriving(standing, taskQueueOf(place), revision);
  });
};

/** What waits may still lie where it came from: until its gate here has read that, it must not go on. */
const ARRIVING: MoveStep = {
  step: 'draining',
  text: 'its gate still takes over what the one before it left behind',
};

/** What the old gate still has to do before the move can be decided. */
export function draining(
  standing: GateStanding,
  epoch: number,
  /** Its last move, which brought it to where it is. */
  moved?: Pick<NonNullable<Tenant['moved']>, 'epoch'>,
): MoveStep | undefined {
  switch (standing.kind) {
    case 'none':
      return moved && ARRIVING;
    case 'completed':
      return moved && hasNotBegun(standing.result, moved.epoch) ? ARRIVING : undefined;
    case 'ended':
      return { step: 'draining', text: `its gate has ended (${standing.status}) and is started again` };
    case 'open': {
      const { report } = standing;
      if (report === undefined)
        return { step: 'draining', text: `nobody answers for its gate on ${standing.taskQueue}` };
      if (!report.ready) return ARRIVING;
      if (report.moving?.epoch !== epoch)
        return { step: 'draining', text: 'its gate has not heard of the move' };
      if (report.moving.drained) return undefined;
      return {
        step: 'draining',
        text: `${report.running} still running, ${report.toPublish} statuses to publish; ${report.queued} queued go along`,
      };
    }
  }
}

/** Whether the last run here was none that knows what came with the move. */
function hasNotBegun(result: GateResult, epoch: number): boolean {
  switch (result.kind) {
    case 'forwarded':
      return true;
    case 'moved':
    case 'retired':
      return result.epoch < epoch;
  }
}
