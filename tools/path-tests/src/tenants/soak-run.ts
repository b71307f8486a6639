import { type Disturbance, type LimitChange, type LiveLimit } from '@vecino/audit';
import { waitFor } from '@vecino/testing';
import { concernedBy, describeFault, type Fault, strike } from './faults.js';
import { type RequestLoad } from './request-stream.js';
import { editOf, type LimitOrder, limitOrder, SOAK_TENANTS } from './soak-plan.js';
import { type StatusWatch } from './status-watch.js';
import { intakeOf, type TenantPlan } from './tenant-plan.js';
import { type TenantPlatform } from './tenant-platform.js';

/** One fault after the other, each with a changed limit before it, while requests flow. */
export interface SoakRun {
  readonly disturbances: readonly Disturbance[];
  limitOf(limit: LimitOrder['limit'], tenantId: string): LiveLimit;
}

const QUIET = SOAK_TENANTS.filter(({ manner }) => manner === 'quiet').map(({ id }) => id);
/** A window without Redis, a session of Kafka or a heartbeat, and the work itself, on a machine that is busy. */
const DRAINS_WITHIN_MS = 180_000;
/** Far above what the tests accept: whether it was too slow is told by the judge, with all else. */
const GOES_ON_WITHIN_MS = 240_000;

export async function runSoak(
  platform: TenantPlatform,
  load: RequestLoad,
  watch: StatusWatch,
  faults: Iterable<Fault>,
): Promise<SoakRun> {
  const disturbances: Disturbance[] = [];
  const changes: (LimitOrder & LimitChange)[] = [];
  let turn = 0;
  await quietGoOn(load, watch, Date.now(), 'the beginning');
  for (const fault of faults) {
    const order = limitOrder(turn);
    turn += 1;
    changes.push({ ...order, ...(await platform.change(editOf(order))) });
    const what = describeFault(fault);
    const begun = Date.now();
    const { from, to } = await strike(platform, fault, () => quietGoOn(load, watch, begun, what));
    // That it had an effect is not looked at here: whoever was killed or frozen did nothing meanwhile.
    const effect = { effective: true, leastProgress: 0, drainMs: DRAINS_WITHIN_MS };
    disturbances.push({ what, from, to, concerns: concernedBy(fault, SOAK_TENANTS), ...effect });
    await quietGoOn(load, watch, to, `the end of ${what}`);
    expectAllRunning(platform, what);
  }
  return {
    disturbances,
    limitOf: (limit, tenantId) => ({
      initial: planned(limit, tenantId),
      changes: changes.filter((change) => change.tenantId === tenantId && change.limit === limit),
    }),
  };
}

/** Whoever was killed runs again by now; one that ended by itself is a fault, though others take over. */
function expectAllRunning({ path: { platform } }: TenantPlatform, what: string): void {
  for (const { process } of platform.services)
    if (process.exit !== undefined)
      throw new Error(`${process.name} ended by itself around ${what}`, {
        cause: process.died(process.exit),
      });
}

function planned(limit: LimitOrder['limit'], tenantId: string): number {
  const tenant = SOAK_TENANTS.find(({ id }) => id === tenantId) as TenantPlan;
  return limit === 'cap' ? tenant.cap : intakeOf(tenant);
}

/** Until each quiet tenant has something answered that it sent since then. */
const quietGoOn = async (
  { ledger }: RequestLoad,
  watch: StatusWatch,
  since: number,
  what: string,
): Promise<void> => {
  const waiting = new Set(QUIET);
  await waitFor(
    () => {
      for (const { tenantId, deploymentId, sentAt } of ledger)
        if (sentAt >= since && watch.endedAt(tenantId, deploymentId) !== undefined) waiting.delete(tenantId);
      return waiting.size === 0;
    },
    { what: `progress of every quiet tenant since ${what}`, timeoutMs: GOES_ON_WITHIN_MS, everyMs: 250 },
  );
};
