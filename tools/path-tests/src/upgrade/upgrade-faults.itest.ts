import { FAULT_CASES, type FaultCase } from './fault-cases.js';
import { routerEndsWell } from './router-judge.js';
import {
  NEW_VERSION,
  OLD_VERSION,
  openUpgradeLaboratory,
  type Ended,
  type UpgradeLaboratory,
} from './upgrade-laboratory.js';

/** All routers misbehave side by side, each in its own way. */
describe('a deployment on a router that misbehaves', () => {
  let lab: UpgradeLaboratory;
  const deployments = new Map<FaultCase, string>();

  beforeAll(async () => {
    lab = await openUpgradeLaboratory({ routers: FAULT_CASES.map(({ router }) => router) });
    for (const [index, one] of FAULT_CASES.entries())
      deployments.set(one, await lab.start(lab.routerId(index)));
  }, 60_000);
  afterAll(() => lab?.stop(), 60_000);

  it.each(FAULT_CASES.map((one, index) => [one.name, one, index] as const))(
    'ends as it must: %s',
    async (_name, one, index) => {
      const routerId = lab.routerId(index);
      const deploymentId = deployments.get(one) ?? '';
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
        expect(router).toMatchObject({ up: true, runningVersion: version });
        expect(routerEndsWell(router, [OLD_VERSION, NEW_VERSION])).toEqual([]);
      }
      expect(lab.states(deploymentId)).toEqual(expect.arrayContaining([...(one.told ?? []), 'PRECHECK']));
      expect(lab.evidence(end.outcome)).toMatchObject({ outcome: { state: one.state } });
    },
    120_000,
  );
});
