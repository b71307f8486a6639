import { setTimeout as sleep } from 'node:timers/promises';
import { type PlannedRouter, routersOf } from '@vecino/path-tests';
import { type FaultSettings, type RouterSnapshot } from '@vecino/router-simulator';
import { waitFor } from '@vecino/testing';
import { ANY_END, nextVersion, ROUGH } from '../chaos-tenants.js';
import { during, type Fault } from '../fault.js';
import { type Ground, openRequestsOf } from '../ground.js';
import { controlOf } from '../router-control.js';

/** What routers do wrong of which nobody but their own deployment may hear. */
const MISBEHAVIOURS: readonly FaultSettings[] = [
  { kind: 'unavailable', forMs: 2_000 },
  { kind: 'call-error', rpc: 'Verify', code: 'INTERNAL' },
  { kind: 'install-error', type: 'INTEGRITY_FAIL' },
  { kind: 'install-error', type: 'TOO_LARGE' },
  { kind: 'drop-stream', atByte: 100_000 },
  { kind: 'hang-after-end', forMs: 3_000 },
  { kind: 'activate-error', type: 'UNSPECIFIED', detail: 'injected' },
  { kind: 'activate-lost-reply', activates: true },
  { kind: 'activate-lost-reply', activates: false },
  { kind: 'reboot-lost-reply', reboots: true },
  { kind: 'reboot-lost-reply', reboots: false },
  { kind: 'active-lag', forMs: 1_500 },
  { kind: 'boots-old-image' },
  { kind: 'in-progress', forMs: 2_000 },
  { kind: 'bgp-peer-down', forMs: 1_500 },
  { kind: 'alarm-raised' },
  { kind: 'crash-reboot', at: 'install', afterMs: 1 },
  { kind: 'crash-reboot', at: 'activate', afterMs: 1, boots: 'activated' },
  { kind: 'clock-step', ms: -3_600_000, at: 'boot' },
];

/** Longer than a router is left alone after a deployment was killed: until then the next one for it waits. */
const FELT_WITHIN_MS = 300_000;
const concerns = () => [ROUGH.id];

/** One of the rough tenant's routers of which nothing is asked, where need be a moment later: its next upgrade finds something to do. */
const restingRouter = (ground: Ground): Promise<PlannedRouter> =>
  waitFor(
    () => {
      const asked = openRequestsOf(ground, ROUGH.id).filter((request) => !ground.sender.isUnheard(request));
      const busy = new Set(asked.map(({ routerId }) => routerId));
      const resting = routersOf(ground.platform.tenants).filter(
        ({ tenantId, routerId }) => tenantId === ROUGH.id && !busy.has(routerId),
      );
      return resting.length > 0 && ground.choices.pick(resting);
    },
    { what: `a router of ${ROUGH.id} that rests`, timeoutMs: FELT_WITHIN_MS, everyMs: 250 },
  );

/** Asks for an upgrade of one of the rough tenant's routers, which meets the fault from its first call on. */
async function upgradeOne(ground: Ground, fault?: FaultSettings): Promise<RouterSnapshot> {
  const planned = await restingRouter(ground);
  const control = controlOf(ground);
  const router = await control.router(planned.routerId);
  if (fault !== undefined) await control.addFault(planned.routerId, fault);
  ground.load.add({ ...planned, softwareVersion: nextVersion(router.runningVersion), mayEnd: ANY_END });
  return router;
}

const misbehaving: Fault = {
  summary: `a router does wrong what routers do wrong, in one of ${MISBEHAVIOURS.length} ways`,
  concerns,
  strike: (ground) =>
    during(async () => {
      const control = controlOf(ground);
      const fault = ground.choices.pick(MISBEHAVIOURS);
      const { routerId, struck: before } = await upgradeOne(ground, fault);
      const count = (struck: RouterSnapshot['struck']) => struck[fault.kind] ?? 0;
      const felt = await waitFor(async () => count((await control.router(routerId)).struck) > count(before), {
        what: `${fault.kind} at ${routerId}`,
        timeoutMs: FELT_WITHIN_MS,
        everyMs: 250,
      }).catch(() => false);
      return felt ? `${fault.kind} at ${routerId}` : undefined;
    }),
};

const powerCut: Fault = {
  summary: 'a router loses its power amid an upgrade, and comes back',
  concerns,
  strike: (ground) =>
    during(async () => {
      const control = controlOf(ground);
      const { routerId } = await upgradeOne(ground);
      const asked = ground.load.ledger.length;
      const under = await waitFor(
        () =>
          ground.watch.statuses.findLast(
            ({ router_id, state, deployment_id }) =>
              router_id === routerId &&
              ['PRECHECK', 'STAGING', 'STAGED', 'ARMED', 'REBOOTING', 'WAIT_UP', 'VERIFYING'].includes(
                state,
              ) &&
              ground.watch.endedAt(ROUGH.id, deployment_id) === undefined,
          ),
        { what: `an upgrade of ${routerId}`, timeoutMs: FELT_WITHIN_MS, everyMs: 20 },
      ).catch(() => undefined);
      await control.power(routerId, 'off');
      try {
        await sleep(1_000 + ground.choices.below(12_000));
      } finally {
        await control.power(routerId, 'on');
      }
      return under !== undefined && asked > 0 ? `${routerId} off amid ${under.state}` : undefined;
    }),
};

export const ROUTER_FAULTS = {
  'misbehaving-router': misbehaving,
  'router-power-cut': powerCut,
} satisfies Record<string, Fault>;
