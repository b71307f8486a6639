import { waitFor } from '@vecino/testing';
import type { FaultCase } from './fault-case.js';
import { FAULT_CASES } from './fault-cases.js';
import { routerEndsWell } from './router-judge.js';
import {
  NEW_VERSION,
  OLD_VERSION,
  openUpgradeLaboratory,
  type Ended,
  type UpgradeLaboratory,
} from './upgrade-laboratory.js';

/** Longer than any router here takes from an order to its reboot. */
const QUIET_MS = 1_000;
const CASE_MS = 400_000;

/** All routers misbehave side by side, each in its own way. */
describe('a deployment on a router that misbehaves', () => {
  let lab: UpgradeLaboratory;
  const deployments = new Map<FaultCase, string>();
  const crashes = new Map<FaultCase, Promise<void>>();
  /** Routers that nobody keeps locked, as each was when its deployment had ended. */
  const left: { name: string; routerId: string; boots: number; version: string }[] = [];

  beforeAll(async () => {
    lab = await openUpgradeLaboratory({ routers: FAULT_CASES.map(({ router }) => router) });
    for (const [index, one] of FAULT_CASES.entries()) {
      const deploymentId = await lab.start(lab.routerId(index));
      deployments.set(one, deploymentId);
      if (one.crashesIn !== undefined) crashes.set(one, crashIn(one.crashesIn, deploymentId, index));
    }
  }, 180_000);
  const crashIn = async (state: string, deploymentId: string, index: number) => {
    await lab.phase(deploymentId, state, CASE_MS);
    lab.simulator.router(lab.routerId(index)).crash(0, 'activated');
  };
  afterAll(() => lab?.stop(), 60_000);

  it.each(FAULT_CASES.map((one, index) => [one.name, one, index] as const))(
    'ends as it must: %s',
    async (_name, one, index) => {
      const routerId = lab.routerId(index);
      const deploymentId = deployments.get(one) ?? '';
      await crashes.get(one);
      const end: Ended = await lab.ended(deploymentId);
      expect({ state: end.state, code: end.code, text: end.outcome.reason.text }).toEqual({
        state: one.state,
        code: one.code,
        text: expect.stringMatching(/./) as unknown,
      });

      const calls = lab.simulator.calls(routerId);
      const asked = (rpc: string) => calls.filter((call) => call.rpc.endsWith(`/${rpc}`));
      expect(asked('Reboot').filter(({ accepted }) => accepted)).toHaveLength(one.reboots);
      if (one.installs !== undefined) expect(asked('Install')).toHaveLength(one.installs);
      const router = lab.simulator.router(routerId).snapshot();
      for (const fault of one.router.faults ?? [])
        expect({ fault: fault.kind, struck: router.struck[fault.kind] ?? 0 }).not.toMatchObject({
          struck: 0,
        });

      expect(end.locked).toBe(one.runs === 'unknown');
      if (one.runs !== 'unknown') {
        const version = one.runs === 'new' ? NEW_VERSION : OLD_VERSION;
        expect(router).toMatchObject({ up: true });
        expect(routerEndsWell(router, [version])).toEqual([]);
        left.push({ name: one.name, routerId, boots: router.boots, version });
      }
      expect(lab.states(deploymentId)).toEqual(expect.arrayContaining([...(one.told ?? []), 'PRECHECK']));
      expect(lab.evidence(end.outcome)).toMatchObject({ outcome: { state: one.state } });
    },
    CASE_MS,
  );

  it('stays as it was left: nothing that was ordered comes later', async () => {
    const lastEnd = Date.now();
    await waitFor(() => Date.now() - lastEnd >= QUIET_MS, { what: 'a quiet time' });
    const moved = left.flatMap(({ name, routerId, boots, version }) => {
      const router = lab.simulator.router(routerId).snapshot();
      const complaints = routerEndsWell(router, [version]);
      if (router.boots !== boots) complaints.push(`has booted ${router.boots - boots} times since`);
      return complaints.map((complaint) => `${name}: ${complaint}`);
    });
    expect(left.length).toBeGreaterThan(FAULT_CASES.length * 0.8);
    expect(moved).toEqual([]);
  });
});
