import { setTimeout as sleep } from 'node:timers/promises';
import { isTerminalState } from '@vecino/foundation';
import { deploymentWorkflowId, gateWorkflowId } from '@vecino/workflows';
import { type GateRig, gateItem, startGateRig } from './testing/gate-rig.js';

const until = async (
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = 45_000,
): Promise<void> => {
  const end = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`never came true: ${what}`);
    await sleep(25);
  }
};

const gateOf = (rig: GateRig) => rig.client.workflow.getHandle(gateWorkflowId(rig.settings.tenantId));
const deploymentOf = (rig: GateRig, id: string) =>
  rig.client.workflow.getHandle(deploymentWorkflowId(rig.settings.tenantId, id));
const statesOf = (rig: GateRig, id: string) =>
  rig.published.filter((c) => c.deploymentId === id).map((c) => c.state);
const idsOf = (items: readonly { deploymentId: string }[]) => items.map((item) => item.deploymentId);
const ended = (rig: GateRig, count: number) => () =>
  new Set(rig.terminals().map((change) => change.deploymentId)).size >= count;

/** What a consumer takes: it ignores a sequence that is not above the last. */
const taken = (changes: GateRig['published']): GateRig['published'] => {
  const kept: GateRig['published'] = [];
  for (const change of changes) if (change.sequence > (kept.at(-1)?.sequence ?? -1)) kept.push(change);
  return kept;
};

/** A terminal may be repeated after a crash, as the same one. */
function expectOneTerminalEach(rig: GateRig, ids: readonly string[], state?: string): void {
  const terminals = new Map<string, Set<string>>();
  for (const change of rig.terminals())
    terminals.set(change.deploymentId, (terminals.get(change.deploymentId) ?? new Set()).add(change.state));
  expect([...terminals.keys()].sort()).toEqual([...ids].sort());
  for (const [id, states] of terminals) expect([id, states.size]).toEqual([id, 1]);
  if (state !== undefined) for (const states of terminals.values()) expect([...states]).toEqual([state]);
}

describe('the gate on a real server', () => {
  let rig: GateRig;
  afterEach(() => rig.stop());

  test('keeps the cap and one deployment per router, in the order of arrival, and ends each once', async () => {
    rig = await startGateRig({ cap: 3 });
    rig.routers.stepMs = 5;
    const items = Array.from({ length: 60 }, (_, i) =>
      gateItem({ routerId: `r-${i % 12}`, routerIp: `10.0.0.${i % 12}` }),
    );
    await rig.submit(items.slice(0, 30));
    await rig.submit(items.slice(30));
    await until('all ended', ended(rig, 60), 110_000);
    expectOneTerminalEach(rig, idsOf(items), 'SUCCEEDED');
    expect(rig.routers.mostAtOnce).toBe(3);
    expect(rig.routers.overlaps).toBe(0);
    for (let r = 0; r < 12; r++) {
      const asked = idsOf(items.filter((i) => i.routerId === `r-${r}`));
      expect(idsOf(rig.routers.starts.filter((s) => s.routerId === `r-${r}`))).toEqual(asked);
    }
    const first = statesOf(rig, idsOf(items)[0] as string);
    expect(first.slice(0, 2)).toEqual(['ACCEPTED', 'STARTED']);
    expect(first.at(-1)).toBe('SUCCEEDED');
    expect(statesOf(rig, idsOf(items)[40] as string).slice(0, 2)).toEqual(['ACCEPTED', 'QUEUED']);
  }, 120_000);

  test('as many slots as the cap are enough: waiting for closes takes none of them', async () => {
    rig = await startGateRig({ cap: 2, tuning: { runEvents: 20 } });
    const items = Array.from({ length: 12 }, () => gateItem());
    await rig.submit(items);
    await until('all ended', ended(rig, 12));
    expect(rig.routers.mostAtOnce).toBeLessThanOrEqual(2);
  });

  test('continues as new with deployments in flight: every outcome is heard, the cap holds', async () => {
    rig = await startGateRig({ cap: 8, tuning: { runEvents: 60 } });
    rig.routers.stepMs = 10;
    const first = (
      await gateOf(rig)
        .describe()
        .catch(() => undefined)
    )?.runId;
    const items = Array.from({ length: 80 }, (_, i) =>
      gateItem({ routerId: `r-${i % 30}`, routerIp: `10.0.1.${i % 30}` }),
    );
    for (let i = 0; i < 80; i += 10) await rig.submit(items.slice(i, i + 10));
    await until('all ended', ended(rig, 80), 110_000);
    expectOneTerminalEach(rig, idsOf(items), 'SUCCEEDED');
    expect(rig.routers.mostAtOnce).toBeLessThanOrEqual(8);
    expect(rig.routers.overlaps).toBe(0);
    const runs = [];
    for await (const run of rig.client.workflow.list({
      query: `WorkflowId = "${gateWorkflowId(rig.settings.tenantId)}"`,
    }))
      runs.push(run.status.name);
    expect(runs.filter((status) => status === 'CONTINUED_AS_NEW').length).toBeGreaterThan(2);
    expect(first).toBeUndefined();
  }, 120_000);

  test('a batch delivered again changes nothing, also in another run of the gate', async () => {
    rig = await startGateRig({ tuning: { runEvents: 40 } });
    const items = Array.from({ length: 10 }, () => gateItem());
    await rig.submit(items);
    await until('all ended', ended(rig, 10));
    const before = rig.routers.starts.length;
    const run = (await gateOf(rig).describe()).runId;
    await rig.submit(items);
    const last = gateItem();
    await rig.submit([last]);
    await until('the next one ended', ended(rig, 11));
    expect(rig.routers.starts).toHaveLength(before + 1);
    expectOneTerminalEach(rig, [...idsOf(items), last.deploymentId]);
    expect(run).not.toBe('');
  });

  test('a request that is made again gets its terminal again, the same one; with other content it is a dead letter', async () => {
    rig = await startGateRig();
    const item = gateItem();
    await rig.submit([item]);
    await until('ended', ended(rig, 1));
    const again = gateItem({ ...item, offset: item.offset + 1_000, timestamp: item.timestamp + 1_000 });
    await rig.submit([again]);
    await until('repeated', () => rig.terminals().length === 2);
    const [one, two] = rig.terminals();
    expect(two).toEqual(one);
    const other = {
      ...again,
      offset: again.offset + 1,
      timestamp: again.timestamp + 1,
      fingerprint: 'other',
    };
    await rig.submit([other]);
    await until('dead letter', () => rig.letters.length === 1);
    expect(rig.letters[0]).toMatchObject({ offset: other.offset, reason: { code: 'ID_REUSED' } });
    expect(rig.terminals()).toHaveLength(2);
  });

  test('what ingest refused is rejected and stays rejected; what finds the queue full is told so', async () => {
    rig = await startGateRig({ cap: 1, queueLimit: 2 });
    rig.routers.holdInstall = true;
    const reason = { code: 'ROUTER_OUTSIDE_NETWORKS' as const, text: '10.9.9.9 lies outside the networks' };
    const refused = gateItem({ refusal: reason });
    const items = Array.from({ length: 5 }, () => gateItem());
    await rig.submit([refused, ...items]);
    await until('three rejected', ended(rig, 3));
    expect(rig.terminals().map((t) => [t.state, t.reason?.code])).toEqual([
      ['REJECTED', 'ROUTER_OUTSIDE_NETWORKS'],
      ['REJECTED', 'QUEUE_FULL'],
      ['REJECTED', 'QUEUE_FULL'],
    ]);
    rig.routers.holdInstall = false;
    await until('the others ended', ended(rig, 6));
    expectOneTerminalEach(rig, [refused.deploymentId, ...idsOf(items)]);
  });

  test('explains in one sentence why a deployment waits', async () => {
    rig = await startGateRig({ cap: 1 });
    rig.routers.holdInstall = true;
    const router = { routerId: 'edge-1', routerIp: '10.7.7.7' };
    const [running, behind, capped] = [gateItem(router), gateItem(router), gateItem()];
    const later = gateItem({ notBefore: Date.now() + 3_600_000 });
    await rig.submit([running, behind, capped, later]);
    await until('running', async () => (await rig.explain(running.deploymentId)).state === 'running');
    expect((await rig.explain(behind.deploymentId)).sentence).toContain(
      `deployment ${running.deploymentId} is at work on router edge-1`,
    );
    expect(await rig.explain(capped.deploymentId)).toMatchObject({
      placeInLine: 2,
      reason: { code: 'CAP_REACHED' },
    });
    expect(await rig.explain(later.deploymentId)).toMatchObject({
      until: later.notBefore,
      reason: { code: 'NOT_BEFORE' },
    });
    expect((await rig.explain('nobody')).state).toBe('unknown');
    rig.routers.holdInstall = false;
    await until('closed', async () => (await rig.explain(capped.deploymentId)).state === 'closed');
  });

  test('a deployment failed by its precheck is rejected, one cancelled before the reboot is cancelled', async () => {
    rig = await startGateRig();
    const refused = gateItem({ softwareVersion: 'refused' });
    await rig.submit([refused]);
    await until('rejected', ended(rig, 1));
    expect(rig.terminals()[0]).toMatchObject({ state: 'REJECTED', reason: { code: 'PRECHECK_REFUSED' } });
    rig.routers.holdInstall = true;
    const item = gateItem();
    await rig.submit([item]);
    await until('installing', () => statesOf(rig, item.deploymentId).includes('STAGING'));
    await deploymentOf(rig, item.deploymentId).cancel();
    await until('cancelled', ended(rig, 2));
    expect(statesOf(rig, item.deploymentId).at(-1)).toBe('CANCELLED');
  });

  test('a terminated deployment keeps its router until the router is at rest; its activity is never overlapped', async () => {
    rig = await startGateRig({ tuning: { settleMs: 5_000 } });
    rig.routers.holdInstall = true;
    const router = { routerId: 'edge-2', routerIp: '10.7.7.8' };
    const [killed, next] = [gateItem(router), gateItem(router)];
    await rig.submit([killed, next]);
    await until('installing', () => statesOf(rig, killed.deploymentId).includes('STAGING'));
    const terminatedAt = Date.now();
    await deploymentOf(rig, killed.deploymentId).terminate('operator');
    await until('held', async () => (await rig.explain(killed.deploymentId)).state === 'holding');
    expect((await rig.explain(next.deploymentId)).reason?.code).toBe('ROUTER_BUSY');
    rig.routers.holdInstall = false;
    await until('both ended', ended(rig, 2));
    expect(rig.routers.idleAsked).toBe(1);
    const [terminal] = rig.terminals();
    expect(terminal).toMatchObject({ state: 'TERMINATED', deploymentId: killed.deploymentId });
    expect((terminal?.occurredAt ?? 0) - terminatedAt).toBeGreaterThanOrEqual(5_000);
    expectOneTerminalEach(rig, [killed.deploymentId, next.deploymentId]);
  });

  test('a cancel after the reboot comes too late: the deployment ends as what it became', async () => {
    rig = await startGateRig();
    rig.routers.holdWaitUp = true;
    const item = gateItem();
    await rig.submit([item]);
    await until('rebooting', () => statesOf(rig, item.deploymentId).includes('WAIT_UP'));
    await deploymentOf(rig, item.deploymentId).cancel();
    rig.routers.holdWaitUp = false;
    await until('ended', ended(rig, 1));
    expectOneTerminalEach(rig, [item.deploymentId], 'SUCCEEDED');
  });

  test('a router that was changed and lost stays locked until it answers', async () => {
    rig = await startGateRig({ tuning: { settleMs: 500 } });
    const router = { routerId: 'edge-3', routerIp: '10.7.7.9' };
    const [lost, next] = [gateItem({ ...router, softwareVersion: 'lost' }), gateItem(router)];
    await rig.submit([lost, next]);
    await until('both ended', ended(rig, 2));
    expect(rig.terminals().map((t) => [t.deploymentId, t.state])).toEqual([
      [lost.deploymentId, 'FAILED'],
      [next.deploymentId, 'SUCCEEDED'],
    ]);
    expect(rig.terminals()[0]?.details).toMatchObject({ router: 'at rest', running_version: '1.0.0' });
    expect(rig.routers.idleAsked).toBe(1);
  });

  test('cancelling the gate does nothing to the tenant', async () => {
    rig = await startGateRig();
    rig.routers.holdInstall = true;
    const items = [gateItem(), gateItem()];
    await rig.submit(items);
    await until('installing', () => statesOf(rig, items[1]?.deploymentId as string).includes('STAGING'));
    await gateOf(rig).cancel();
    rig.routers.holdInstall = false;
    const after = gateItem();
    await rig.submit([after]);
    await until('all ended', ended(rig, 3));
    expectOneTerminalEach(rig, idsOf([...items, after]), 'SUCCEEDED');
  });

  test('with the projector away the gate goes on as new runs and publishes everything in order afterwards', async () => {
    rig = await startGateRig({ cap: 5, tuning: { runEvents: 50 } });
    rig.projectorAway = true;
    const items = Array.from({ length: 20 }, () => gateItem());
    await rig.submit(items.slice(0, 1));
    const gate = gateOf(rig);
    // Before there is enough to do for another run.
    const run = (await gate.describe()).runId;
    for (const item of items.slice(1)) await rig.submit([item]);
    await until('continued as new', async () => (await gate.describe()).runId !== run);
    rig.projectorAway = false;
    await until('all ended', ended(rig, 20));
    expectOneTerminalEach(rig, idsOf(items), 'SUCCEEDED');
    // Gate and deployment publish apart, and again what was not confirmed: a consumer misses nothing of the gate's.
    for (const { deploymentId } of items) {
      const own = rig.published.filter((c) => c.deploymentId === deploymentId);
      const gates = own.filter(
        (c) => c.state === 'ACCEPTED' || c.state === 'QUEUED' || isTerminalState(c.state),
      );
      const sequences = [...new Set(gates.map((c) => c.sequence))].sort((x, y) => x - y);
      expect(taken(gates).map((c) => c.sequence)).toEqual(sequences);
      expect(taken(own).at(-1)?.state).toBe('SUCCEEDED');
    }
  });

  test('terminated four times in a row, also while it rebuilds, it loses and doubles nothing', async () => {
    rig = await startGateRig({ cap: 5, tuning: { runEvents: 150 } });
    rig.routers.stepMs = 20;
    rig.watch();
    const items = Array.from({ length: 120 }, (_, i) =>
      gateItem({ routerId: `r-${i % 40}`, routerIp: `10.0.2.${i % 40}` }),
    );
    for (let i = 0; i < 120; i += 40) await rig.submit(items.slice(i, i + 40));
    for (const atEnded of [5, 20, 20, 50]) {
      await until(`${atEnded} ended`, ended(rig, atEnded));
      await gateOf(rig)
        .terminate('test')
        .catch(() => undefined);
      await until('started again', async () => (await gateOf(rig).describe()).status.name === 'RUNNING');
    }
    await until('all ended', ended(rig, 120), 180_000);
    expectOneTerminalEach(rig, idsOf(items), 'SUCCEEDED');
    expect(rig.routers.overlaps).toBe(0);
    expect(rig.routers.mostAtOnce).toBeLessThanOrEqual(5);
    expect(new Set(idsOf(rig.routers.starts)).size).toBe(rig.routers.starts.length);
  }, 300_000);

  test('a paused tenant starts nothing and goes on when resumed', async () => {
    rig = await startGateRig();
    await rig.submit([gateItem()], { settings: { paused: true, revision: 2 } });
    await until('queued', () => rig.published.some((c) => c.state === 'QUEUED'));
    expect(rig.published.at(-1)?.reason?.code).toBe('TENANT_PAUSED');
    await gateOf(rig).signal('configure', { ...rig.settings, paused: false, revision: 3 });
    await until('ended', ended(rig, 1));
  });

  test('lists of a tenant show its deployments, not its gate', async () => {
    rig = await startGateRig();
    const items = [gateItem(), gateItem({ softwareVersion: 'refused' })];
    await rig.submit(items);
    await until('ended', ended(rig, 2));
    const count = (query: string) => rig.client.workflow.count(query).then((c) => c.count);
    const tenant = `TenantId = "${rig.settings.tenantId}"`;
    await until('visible', async () => (await count(`${tenant} AND ExecutionStatus != "Running"`)) === 2);
    expect(await count(tenant)).toBe(2);
    expect(await count(`${tenant} AND ExecutionStatus = "Failed"`)).toBe(1);
    expect(await count(`${tenant} AND ExecutionStatus = "Running"`)).toBe(0);
    expect(await count(`${tenant} AND DeploymentState = "SUCCEEDED"`)).toBe(1);
  });
});
