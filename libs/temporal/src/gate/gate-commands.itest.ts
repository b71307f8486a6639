import { setTimeout as sleep } from 'node:timers/promises';
import { deploymentWorkflowId, evidenceReference, gateWorkflowId } from '@vecino/workflows';
import { type GateRig, gateItem, startGateRig } from './testing/gate-rig.js';

const until = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
  const end = Date.now() + 30_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`never came true: ${what}`);
    await sleep(25);
  }
};
const gateOf = (rig: GateRig) => rig.client.workflow.getHandle(gateWorkflowId(rig.settings.tenantId));
const deploymentOf = (rig: GateRig, id: string) =>
  rig.client.workflow.getHandle(deploymentWorkflowId(rig.settings.tenantId, id));
const said = (rig: GateRig, id: string) => rig.published.filter((change) => change.deploymentId === id);
const reached = (rig: GateRig, id: string, state: string) => () =>
  said(rig, id).some((change) => change.state === state);
const terminalOf = (rig: GateRig, id: string) => rig.terminals().find((change) => change.deploymentId === id);
const ended = (rig: GateRig, id: string) => () => terminalOf(rig, id) !== undefined;
const router = (n: number) => ({ routerId: `edge-${n}`, routerIp: `10.9.9.${n}` });

describe('commands to the gate on a real server', () => {
  let rig: GateRig;
  afterEach(() => rig.stop());

  test('a waiting deployment is cancelled before it was started; the next on its router is not held up', async () => {
    rig = await startGateRig({ cap: 1 });
    rig.routers.holdInstall = true;
    const [running, waiting, behind] = [gateItem(), gateItem(router(1)), gateItem(router(1))];
    await rig.submit([running, waiting, behind]);
    await until('queued', reached(rig, waiting.deploymentId, 'QUEUED'));
    await rig.command(waiting.deploymentId);
    await until('cancelled', ended(rig, waiting.deploymentId));
    expect(terminalOf(rig, waiting.deploymentId)).toMatchObject({
      state: 'CANCELLED',
      reason: { code: 'CANCELLED_BY_OPERATOR', text: 'cancelled by ana before it was started' },
    });
    rig.routers.holdInstall = false;
    await until('the one behind it ended', ended(rig, behind.deploymentId));
    expect(rig.routers.starts.map(({ deploymentId }) => deploymentId)).toEqual([
      running.deploymentId,
      behind.deploymentId,
    ]);
  });

  test('a request and its cancel that come together never reach the router', async () => {
    rig = await startGateRig({ cap: 1 });
    rig.routers.holdInstall = true;
    const [running, item] = [gateItem(), gateItem()];
    await rig.submit([running]);
    await rig.submit([item]);
    await rig.command(item.deploymentId);
    await until('cancelled', ended(rig, item.deploymentId));
    const states = said(rig, item.deploymentId).map(({ state }) => state);
    expect([states[0], states.at(-1)]).toEqual(['ACCEPTED', 'CANCELLED']);
    rig.routers.holdInstall = false;
    await until('ended', ended(rig, running.deploymentId));
    expect(rig.routers.starts).toHaveLength(1);
  });

  test('a running deployment is cancelled before it armed anything; its router is free for the next', async () => {
    rig = await startGateRig();
    rig.routers.holdInstall = true;
    const [item, next] = [gateItem(router(2)), gateItem(router(2))];
    await rig.submit([item, next]);
    await until('installing', reached(rig, item.deploymentId, 'STAGING'));
    await rig.command(item.deploymentId);
    await until('cancelled', ended(rig, item.deploymentId));
    expect(terminalOf(rig, item.deploymentId)).toMatchObject({
      state: 'CANCELLED',
      reason: { text: 'cancelled by ana before the reboot was sent' },
      details: { evidence: evidenceReference(rig.settings.tenantId, item.deploymentId) },
    });
    expect((await deploymentOf(rig, item.deploymentId).describe()).status.name).toBe('CANCELLED');
    expect(rig.routers.disarmed).toEqual([]);
    rig.routers.holdInstall = false;
    await until('the next ended', ended(rig, next.deploymentId));
    expect(terminalOf(rig, next.deploymentId)?.state).toBe('SUCCEEDED');
  });

  test('what was armed is disarmed before the deployment is cancelled', async () => {
    rig = await startGateRig();
    rig.routers.holdArm = true;
    const item = gateItem();
    await rig.submit([item]);
    await until('staged', reached(rig, item.deploymentId, 'STAGED'));
    await rig.command(item.deploymentId);
    await until('cancelled', ended(rig, item.deploymentId));
    expect(terminalOf(rig, item.deploymentId)?.state).toBe('CANCELLED');
    expect(rig.routers.disarmed).toEqual([item.deploymentId]);
  });

  test('after the reboot it is too late: that is the answer, once, and the upgrade goes on', async () => {
    rig = await startGateRig();
    rig.routers.holdWaitUp = true;
    const item = gateItem();
    await rig.submit([item]);
    await until('rebooted', reached(rig, item.deploymentId, 'WAIT_UP'));
    for (let n = 0; n < 2; n++) await rig.command(item.deploymentId, { commandId: 'c-late' });
    const answers = () => said(rig, item.deploymentId).filter((c) => c.reason?.code === 'CANCEL_TOO_LATE');
    await until('answered', () => answers().length > 0);
    rig.routers.holdWaitUp = false;
    await until('ended', ended(rig, item.deploymentId));
    expect(answers()).toMatchObject([
      {
        state: 'WAIT_UP',
        details: { command_id: 'c-late' },
        reason: { text: expect.stringMatching(/^too late, reboot sent at \d{4}-\d\d-\d\dT/) as string },
      },
    ]);
    expect(terminalOf(rig, item.deploymentId)?.state).toBe('SUCCEEDED');
  });

  test('about a deployment that has ended: its terminal again, word for word; about none: a dead letter', async () => {
    rig = await startGateRig();
    const item = gateItem();
    await rig.submit([item]);
    await until('ended', ended(rig, item.deploymentId));
    await rig.command(item.deploymentId);
    await until('repeated', () => rig.terminals().length === 2);
    const [first, again] = rig.terminals();
    const { traceparent: _trace, ...terminal } = first!;
    expect(again).toEqual(terminal);
    await rig.command('nobody', { partition: 2, offset: 77 });
    await until('dead letter', () => rig.letters.length === 1);
    expect(rig.letters).toMatchObject([
      { topic: 'commands', partition: 2, offset: 77, reason: { code: 'UNKNOWN_DEPLOYMENT' } },
    ]);
  });

  test('a gate that was terminated with a command pending carries it out when it is back', async () => {
    rig = await startGateRig({ cap: 1 });
    rig.routers.holdInstall = true;
    const [running, waiting] = [gateItem(), gateItem()];
    await rig.submit([running, waiting]);
    await until('installing', reached(rig, running.deploymentId, 'STAGING'));
    await until('queued', reached(rig, waiting.deploymentId, 'QUEUED'));
    rig.watch();
    const first = (await gateOf(rig).describe()).runId;
    await gateOf(rig).terminate('test');
    await until('started again', async () => (await gateOf(rig).describe()).runId !== first);
    // It rebuilds itself, which takes a second, and has not looked at a command yet when it dies again.
    await rig.command(running.deploymentId, { requestedBy: 'eva' });
    await rig.command(waiting.deploymentId, { requestedBy: 'eva' });
    await gateOf(rig).terminate('test');
    for (const { deploymentId } of [running, waiting]) await until('both ended', ended(rig, deploymentId));
    for (const { deploymentId } of [running, waiting])
      expect(terminalOf(rig, deploymentId)).toMatchObject({
        state: 'CANCELLED',
        reason: { text: expect.stringContaining('cancelled by eva') as string },
      });
    expect(rig.routers.starts).toHaveLength(1);
  });

  test('a router whose way back failed is never asked, frees its slot at once, and is let go only by an unlock', async () => {
    rig = await startGateRig({ cap: 1, tuning: { settleMs: 60_000, probeMs: 50 } });
    const failed = gateItem({ ...router(1), softwareVersion: 'stuck' });
    const [behind, elsewhere] = [gateItem(router(1)), gateItem()];
    await rig.submit([failed, behind, elsewhere]);
    await until('another router had its turn', ended(rig, elsewhere.deploymentId));
    const terminal = terminalOf(rig, failed.deploymentId);
    expect(terminal).toMatchObject({
      reason: { code: 'ROLLBACK_FAILED' },
      details: { router: 'quarantined', release: 'by hand' },
    });
    expect(rig.routers.idleAsked).toBe(0);
    expect((await rig.explain(behind.deploymentId)).reason?.code).toBe('ROUTER_BUSY');

    await rig.command(failed.deploymentId, { action: 'UNLOCK' });
    await until('the next on the router ended', ended(rig, behind.deploymentId));
    const answers = said(rig, failed.deploymentId).filter(({ state }) => state === 'FAILED');
    expect(answers).toHaveLength(2);
    expect(answers[1]).toEqual(answers[0]);
    expect(rig.routers.idleAsked).toBe(0);

    await rig.command(failed.deploymentId, { action: 'UNLOCK' });
    await until('a dead letter', () => rig.letters.length > 0);
    expect(rig.letters).toMatchObject([{ reason: { code: 'NOT_QUARANTINED' } }]);
  });

  test('while a router is asked, its gate hands over to no other run, and works on', async () => {
    rig = await startGateRig({ tuning: { settleMs: 100, runEvents: 60 } });
    rig.routers.holdInstall = rig.routers.holdIdle = true;
    const killed = gateItem();
    await rig.submit([killed]);
    await until('it installs', reached(rig, killed.deploymentId, 'STAGING'));
    await deploymentOf(rig, killed.deploymentId).terminate('a test');
    await until('its router is asked', () => rig.routers.idleAsked === 1);
    rig.routers.holdInstall = false;
    const { runId } = await gateOf(rig).describe();
    // Enough for the run to be due, and not for twice that.
    const grown = async () => (await gateOf(rig).describe()).historyLength >= 60;
    while (!(await grown())) {
      const one = gateItem();
      await rig.submit([one]);
      await until('the gate works on', ended(rig, one.deploymentId));
    }
    expect((await gateOf(rig).describe()).runId).toBe(runId);
    rig.routers.holdIdle = false;
    await until('the router is free', ended(rig, killed.deploymentId));
    await until('the gate handed over', async () => (await gateOf(rig).describe()).runId !== runId);
    expect(rig.routers.idleAsked).toBe(1);
  });

  test('a cancel from Temporal itself is honoured before the reboot, and told to be too late after it', async () => {
    rig = await startGateRig();
    rig.routers.holdInstall = true;
    const [before, after] = [gateItem(), gateItem()];
    await rig.submit([before]);
    await until('installing', reached(rig, before.deploymentId, 'STAGING'));
    await deploymentOf(rig, before.deploymentId).cancel();
    await until('cancelled', ended(rig, before.deploymentId));
    expect(terminalOf(rig, before.deploymentId)).toMatchObject({
      state: 'CANCELLED',
      reason: { text: 'cancelled before the reboot was sent' },
    });
    rig.routers.holdInstall = false;
    rig.routers.holdWaitUp = true;
    await rig.submit([after]);
    await until('rebooted', reached(rig, after.deploymentId, 'WAIT_UP'));
    await deploymentOf(rig, after.deploymentId).cancel();
    await until('answered', () =>
      said(rig, after.deploymentId).some((change) => change.reason?.code === 'CANCEL_TOO_LATE'),
    );
    rig.routers.holdWaitUp = false;
    await until('ended', ended(rig, after.deploymentId));
    expect(terminalOf(rig, after.deploymentId)?.state).toBe('SUCCEEDED');
  });
});
