import { setTimeout as sleep } from 'node:timers/promises';
import { deploymentWorkflowId, gateWorkflowId } from '@vecino/workflows';
import { type GateRig, gateItem, startGateRig } from './testing/gate-rig.js';

const until = async (what: string, holds: () => boolean | Promise<boolean>, limitMs = 45_000): Promise<void> => {
  const end = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`never came true: ${what}`);
    await sleep(25);
  }
};

const gateOf = (rig: GateRig) => rig.client.workflow.getHandle(gateWorkflowId(rig.settings.tenantId));
const statesOf = (rig: GateRig, id: string) =>
  rig.published.filter((c) => c.deploymentId === id).map((c) => c.state);

/** Each id has exactly one terminal event id: a repeated publish repeats the same sequence. */
function expectOneTerminalEach(rig: GateRig, ids: readonly string[]): void {
  const terminals = new Map<string, Set<string>>();
  for (const { deploymentId, state } of rig.terminals())
    terminals.set(deploymentId, (terminals.get(deploymentId) ?? new Set()).add(state));
  expect([...terminals.keys()].sort()).toEqual([...ids].sort());
  for (const [id, states] of terminals) expect([id, states.size]).toEqual([id, 1]);
}

describe('the gate on a real server', () => {
  let rig: GateRig;
  afterEach(() => rig.stop());

  test('keeps the cap and one deployment per router, in the order of arrival, and ends each once', async () => {
    rig = await startGateRig({ cap: 3 });
    rig.routers.stepMs = 5;
    const items = Array.from({ length: 60 }, (_, i) => gateItem({ routerId: `r-${i % 12}`, routerIp: `10.0.0.${i % 12}` }));
    await rig.submit(items.slice(0, 30));
    await rig.submit(items.slice(30));
    await until('all ended', () => rig.terminals().length >= 60);
    expectOneTerminalEach(rig, items.map((i) => i.deploymentId));
    expect(rig.routers.mostAtOnce).toBe(3);
    expect(rig.routers.overlaps).toBe(0);
    for (let r = 0; r < 12; r++) {
      const asked = items.filter((i) => i.routerId === `r-${r}`).map((i) => i.deploymentId);
      expect(rig.routers.starts.filter((s) => s.routerId === `r-${r}`).map((s) => s.deploymentId)).toEqual(asked);
    }
    const first = statesOf(rig, items[0]?.deploymentId as string);
    const h = await rig.client.workflow.getHandle(deploymentWorkflowId(rig.settings.tenantId, items[33]?.deploymentId as string)).fetchHistory();
    require('fs').writeFileSync('/tmp/hist.json', JSON.stringify((h.events ?? []).map((e: any) => [Number(e.eventTime.seconds) % 1000 + e.eventTime.nanos / 1e9, e.eventType, Object.keys(e).find((k) => k.endsWith('Attributes')), e.activityTaskScheduledEventAttributes?.activityType?.name])));
    expect(first.slice(0, 2)).toEqual(['ACCEPTED', 'STARTED']);
    expect(first.at(-1)).toBe('SUCCEEDED');
    expect(statesOf(rig, items[40]?.deploymentId as string).slice(0, 2)).toEqual(['ACCEPTED', 'QUEUED']);
  });
});
