import type { Client } from '@temporalio/client';
import { silentLogger } from '@vecino/telemetry';
import { waitFor } from '@vecino/testing';
import { type GateReport, gateWorkflowId, loadQuery, type TenantSettings } from '@vecino/workflows';
import { createGateClient } from '../gate-client.js';
import { type GateRig, gateItem, startGateRig } from './testing/gate-rig.js';

const LEASE_MS = 2_000;
const tuning = { moveLeaseMs: LEASE_MS, settleMs: 500 };

/** The two homes of one tenant, with the settings that the registry has at each step of a move. */
class Move {
  readonly rig: GateRig;
  readonly there: Client;
  readonly before: TenantSettings;
  readonly during: TenantSettings;
  readonly after: TenantSettings;

  constructor(rig: GateRig, there: Client, epoch = 2) {
    const { namespace } = rig.client.options;
    this.rig = rig;
    this.there = there;
    this.before = { ...rig.settings, namespace };
    this.during = { ...this.before, revision: epoch, moving: { epoch } };
    const moved = { epoch, fromNamespace: namespace, fromTaskQueue: rig.settings.taskQueue };
    this.after = { ...this.before, revision: epoch + 1, namespace: there.options.namespace, moved };
  }

  async tellOld(settings: TenantSettings): Promise<void> {
    await this.rig.client.workflow.getHandle(this.gateId).signal('configure', settings);
  }

  reportOf(client: Client): Promise<GateReport> {
    return client.workflow.getHandle(this.gateId).query(loadQuery);
  }

  async drained(): Promise<void> {
    await waitFor(async () => (await this.reportOf(this.rig.client)).moving?.drained === true, {
      timeoutMs: 30_000,
      what: 'the old gate has drained',
    });
  }

  /** As the platform does once the registry names the new namespace. */
  async arrive(): Promise<void> {
    await this.there.workflow.start('TenantGateWorkflow', {
      workflowId: this.gateId,
      taskQueue: this.after.taskQueue,
      args: [{ settings: this.after, tuning }],
    });
  }

  submitThere(items: Parameters<GateRig['submit']>[0]): Promise<void> {
    const gates = createGateClient({ client: this.there, logger: silentLogger });
    return gates.submit({ topic: 'requests', partition: 0, items, settings: this.after });
  }

  get gateId(): string {
    return gateWorkflowId(this.rig.settings.tenantId);
  }
}

const ids = (items: readonly { deploymentId: string }[]) => items.map(({ deploymentId }) => deploymentId);

describe('a tenant that moves into another namespace', () => {
  let rig: GateRig;
  afterEach(() => rig.stop());

  const ended = (count: number) =>
    waitFor(() => new Set(rig.terminals().map(({ deploymentId }) => deploymentId)).size >= count, {
      timeoutMs: 60_000,
      what: `${count} ended`,
    });

  test('takes its queue along, loses and repeats nothing, and keeps the order per router', async () => {
    rig = await startGateRig({ cap: 2, tuning });
    const move = new Move(rig, await rig.openNamespace(rig.settings.taskQueue));
    const items = Array.from({ length: 24 }, (_, i) =>
      gateItem({ routerId: `r-${i % 6}`, routerIp: `10.0.7.${i % 6}` }),
    );
    rig.routers.stepMs = 30;
    await rig.submit(items.slice(0, 10), { settings: move.before });
    await ended(2);
    await rig.submit(items.slice(10, 14), { settings: move.during });
    await move.drained();
    const startedBefore = rig.routers.starts.length;
    expect((await move.reportOf(rig.client)).standStill?.code).toBe('TENANT_MOVING');
    await move.arrive();
    // A sender that has not heard of the move, and one that has.
    await rig.submit(items.slice(14, 18), { settings: move.before });
    await move.submitThere(items.slice(18));
    expect(rig.routers.starts).toHaveLength(startedBefore);
    await ended(24);
    expect(new Set(ids(rig.routers.starts))).toEqual(new Set(ids(items)));
    expect(rig.routers.starts).toHaveLength(24);
    for (let r = 0; r < 6; r++)
      expect(ids(rig.routers.starts.filter(({ routerId }) => routerId === `r-${r}`))).toEqual(
        ids(items.filter(({ routerId }) => routerId === `r-${r}`)),
      );
    expect(rig.routers.overlaps).toBe(0);
    const old = await rig.client.workflow.getHandle(move.gateId).describe();
    expect(old.status.name).toBe('COMPLETED');
    // Redelivered records are known in the new home too.
    await move.submitThere(items);
    const last = gateItem();
    await move.submitThere([last]);
    await ended(25);
    expect(rig.routers.starts).toHaveLength(25);
  }, 120_000);

  test('goes on where it was when the old gate is terminated amid the move, and when it never had one', async () => {
    rig = await startGateRig({ cap: 1, tuning });
    const move = new Move(rig, await rig.openNamespace(rig.settings.taskQueue));
    const items = Array.from({ length: 8 }, () => gateItem());
    rig.routers.holdInstall = true;
    await rig.submit(items.slice(0, 6), { settings: move.before });
    await waitFor(() => rig.routers.starts.length === 1, { timeoutMs: 20_000, what: 'the first one runs' });
    await move.tellOld(move.during);
    rig.routers.holdInstall = false;
    await move.drained();
    await move.arrive();
    await waitFor(async () => (await move.reportOf(rig.client)).revision === move.after.revision, {
      timeoutMs: 20_000,
      what: 'the old gate was told',
    });
    await rig.client.workflow.getHandle(move.gateId).terminate('amid its lease');
    await rig.submit(items.slice(6), { settings: move.before });
    await ended(8);
    expect(ids(rig.routers.starts)).toEqual(ids(items));
    const never = new Move(rig, await rig.openNamespace(rig.settings.taskQueue), 7);
    const unknown = { ...never.after, tenantId: `${rig.settings.tenantId}-x` };
    await never.there.workflow.start('TenantGateWorkflow', {
      workflowId: gateWorkflowId(unknown.tenantId),
      taskQueue: unknown.taskQueue,
      args: [{ settings: unknown, tuning }],
    });
    const gate = never.there.workflow.getHandle(gateWorkflowId(unknown.tenantId));
    await waitFor(async () => (await gate.query(loadQuery)).ready, { timeoutMs: 60_000, what: 'it begins' });
    await gate.terminate('the test is over');
  }, 150_000);

  test('is not started anew by a latecomer: what that brings is handed on', async () => {
    rig = await startGateRig({ tuning });
    const move = new Move(rig, await rig.openNamespace(rig.settings.taskQueue));
    const first = gateItem();
    await rig.submit([first], { settings: move.before });
    await ended(1);
    await move.tellOld(move.during);
    await move.drained();
    await move.arrive();
    await waitFor(async () => (await move.reportOf(move.there)).ready, {
      timeoutMs: 60_000,
      what: 'it begins',
    });
    const late = gateItem();
    await rig.submit([late], { settings: move.before });
    await waitFor(() => rig.forwarded.length > 0, { timeoutMs: 30_000, what: 'it is handed on' });
    expect(rig.forwarded[0]?.batches.flatMap(({ items }) => ids(items))).toEqual([late.deploymentId]);
    expect(rig.routers.starts).toHaveLength(1);
  }, 90_000);

  test('begins with what waited though a latecomer came and went before it had asked', async () => {
    rig = await startGateRig({ cap: 1, tuning });
    const move = new Move(rig, await rig.openNamespace(rig.settings.taskQueue));
    const items = [gateItem(), gateItem(), gateItem()];
    rig.routers.holdInstall = true;
    await rig.submit(items, { settings: move.before });
    await waitFor(() => rig.routers.starts.length === 1, { timeoutMs: 20_000, what: 'the first one runs' });
    await move.tellOld(move.during);
    rig.routers.holdInstall = false;
    await move.drained();
    await move.tellOld(move.after);
    const old = rig.client.workflow.getHandle(move.gateId);
    expect(await old.result()).toMatchObject({ kind: 'moved', epoch: 2 });
    await rig.submit([gateItem()], { settings: move.before });
    expect(await rig.client.workflow.getHandle(move.gateId).result()).toEqual({ kind: 'forwarded' });
    await move.arrive();
    await ended(3);
    expect(ids(rig.routers.starts)).toEqual(ids(items));
  }, 90_000);

  test('is another life where it was removed there and is added again here', async () => {
    rig = await startGateRig({ tuning });
    const move = new Move(rig, await rig.openNamespace(rig.settings.taskQueue));
    const [first, second] = [gateItem(), gateItem()];
    await rig.submit([first], { settings: move.before });
    await ended(1);
    await move.tellOld(move.after);
    const old = rig.client.workflow.getHandle(move.gateId);
    expect(await old.result()).toMatchObject({ kind: 'moved' });
    const anew = { ...move.before, revision: 9 };
    const gates = createGateClient({ client: rig.client, logger: silentLogger });
    await gates.submit({ topic: 'requests', partition: 0, items: [first, second], settings: anew });
    await ended(2);
    expect(ids(rig.routers.starts)).toEqual(ids([first, second]));
    expect(rig.forwarded).toEqual([]);
  }, 90_000);

  test('does not get its old queue back when it is removed where it went', async () => {
    rig = await startGateRig({ cap: 1, tuning });
    const move = new Move(rig, await rig.openNamespace(rig.settings.taskQueue));
    const items = [gateItem(), gateItem(), gateItem()];
    await rig.submit(items, { settings: move.during });
    await move.drained();
    await move.arrive();
    await waitFor(async () => (await move.reportOf(move.there)).ready, {
      timeoutMs: 60_000,
      what: 'it begins',
    });
    await ended(3);
    const gate = move.there.workflow.getHandle(move.gateId);
    await gate.signal('configure', { ...move.after, revision: 5, leaving: 'drain' });
    expect(await gate.result()).toMatchObject({ kind: 'retired', epoch: 2 });
    const late = gateItem();
    const gates = createGateClient({ client: move.there, logger: silentLogger });
    const leaving = { ...move.after, revision: 5, leaving: 'drain' as const };
    await gates.submit({ topic: 'requests', partition: 0, items: [...items, late], settings: leaving });
    await waitFor(() => rig.terminals().some(({ deploymentId }) => deploymentId === late.deploymentId), {
      timeoutMs: 30_000,
      what: 'the late one is refused',
    });
    expect(ids(rig.routers.starts)).toEqual(ids(items));
  }, 90_000);

  test('is not taken for drained while its gate has not begun', async () => {
    rig = await startGateRig({ tuning });
    const move = new Move(rig, await rig.openNamespace(rig.settings.taskQueue));
    await rig.submit([gateItem()], { settings: move.before });
    await ended(1);
    await move.there.workflow.start('TenantGateWorkflow', {
      workflowId: move.gateId,
      taskQueue: move.after.taskQueue,
      args: [{ settings: { ...move.after, moving: { epoch: 4 } }, tuning }],
    });
    const report = await move.reportOf(move.there);
    expect([report.ready, report.moving?.drained]).toEqual([false, false]);
    await waitFor(async () => (await move.reportOf(move.there)).moving?.drained === true, {
      timeoutMs: 60_000,
      what: 'it has begun, and drained',
    });
  }, 90_000);

  test('keeps what its gate was told last, though who starts it again knows less', async () => {
    rig = await startGateRig({ tuning });
    const first = gateItem();
    await rig.submit([first]);
    await ended(1);
    const gate = rig.client.workflow.getHandle(gateWorkflowId(rig.settings.tenantId));
    await gate.signal('configure', { ...rig.settings, revision: 7, paused: true });
    await waitFor(async () => (await gate.query(loadQuery)).revision === 7);
    await gate.terminate('a test');
    const second = gateItem();
    await rig.submit([second]);
    await waitFor(() => rig.published.some(({ reason }) => reason?.code === 'TENANT_PAUSED'), {
      timeoutMs: 30_000,
      what: 'it is paused still',
    });
    expect(rig.routers.starts).toHaveLength(1);
  }, 60_000);

  test('stays where it is when the move is called off', async () => {
    rig = await startGateRig({ tuning });
    const move = new Move(rig, rig.client);
    const [one, two] = [gateItem(), gateItem()];
    await rig.submit([one], { settings: move.during });
    await waitFor(() => rig.published.some(({ reason }) => reason?.code === 'TENANT_MOVING'));
    expect((await rig.explain(one.deploymentId)).reason?.code).toBe('TENANT_MOVING');
    await move.tellOld({ ...move.before, revision: 3 });
    await rig.submit([two]);
    await ended(2);
  }, 60_000);
});

describe('a tenant that is removed', () => {
  let rig: GateRig;
  afterEach(() => rig.stop());
  const gate = () => rig.client.workflow.getHandle(gateWorkflowId(rig.settings.tenantId));
  const states = (id: string) => rig.terminals().filter(({ deploymentId }) => deploymentId === id);

  test('drains: what was accepted ends, what comes is refused, then its gate completes', async () => {
    rig = await startGateRig({ cap: 1, tuning });
    rig.routers.holdInstall = true;
    const [runs, waits, late] = [gateItem(), gateItem(), gateItem()];
    await rig.submit([runs, waits]);
    await waitFor(() => rig.routers.starts.length === 1, { timeoutMs: 20_000, what: 'the first one runs' });
    const leaving = { ...rig.settings, revision: 2, leaving: 'drain' as const };
    await rig.submit([late], { settings: leaving });
    await waitFor(() => states(late.deploymentId).length === 1, { what: 'the refusal' });
    expect(states(late.deploymentId)[0]).toMatchObject({
      state: 'REJECTED',
      reason: { code: 'TENANT_DRAINING' },
    });
    rig.routers.holdInstall = false;
    expect(await gate().result()).toMatchObject({ kind: 'retired', revision: 2 });
    for (const { deploymentId } of [runs, waits])
      expect(states(deploymentId).map(({ state }) => state)).toEqual(['SUCCEEDED']);
    // Should the tenant come back, records from before are still known.
    await rig.submit([runs, waits, late]);
    const fresh = gateItem();
    await rig.submit([fresh]);
    await waitFor(() => states(fresh.deploymentId).length === 1, { timeoutMs: 30_000, what: 'the new one' });
    expect(ids(rig.routers.starts)).toEqual(ids([runs, waits, fresh]));
  }, 90_000);

  test('cancels: what waits and what runs is cancelled, each once', async () => {
    rig = await startGateRig({ cap: 2, tuning });
    rig.routers.holdInstall = true;
    const items = Array.from({ length: 12 }, () => gateItem());
    await rig.submit(items);
    await waitFor(() => rig.published.filter(({ state }) => state === 'STAGING').length === 2, {
      timeoutMs: 20_000,
      what: 'two run',
    });
    await gate().signal('configure', { ...rig.settings, revision: 2, leaving: 'cancel' });
    expect(await gate().result()).toMatchObject({ kind: 'retired' });
    expect(rig.terminals().map(({ state }) => state)).toEqual(items.map(() => 'CANCELLED'));
    expect(new Set(ids(rig.terminals()))).toEqual(new Set(ids(items)));
    expect(rig.routers.starts).toHaveLength(2);
  }, 60_000);
});

describe('orders for all tenants', () => {
  let rig: GateRig;
  afterEach(() => rig.stop());

  test('a stopped version starts nowhere, a paused platform nothing; both end with the order', async () => {
    rig = await startGateRig();
    const [bad, good, held] = [gateItem({ softwareVersion: '6.6.6' }), gateItem(), gateItem()];
    const stop = { ...rig.settings, revision: 2, stoppedVersions: ['6.6.6'] };
    await rig.submit([bad, good], { settings: stop });
    await waitFor(() => rig.terminals().length === 1, { timeoutMs: 20_000, what: 'the other version' });
    expect(await rig.explain(bad.deploymentId)).toMatchObject({ reason: { code: 'VERSION_STOPPED' } });
    const pause = { ...rig.settings, revision: 3, platformPaused: 'ana: fire in the lab' };
    await rig.submit([held], { settings: pause });
    await waitFor(() => rig.published.some(({ reason }) => reason?.code === 'PLATFORM_PAUSED'));
    expect((await rig.explain(bad.deploymentId)).sentence).toContain('fire in the lab');
    const gate = rig.client.workflow.getHandle(gateWorkflowId(rig.settings.tenantId));
    expect(await gate.query(loadQuery)).toMatchObject({ idle: false, queued: 2, running: 0, revision: 3 });
    await gate.signal('configure', { ...rig.settings, revision: 4 });
    await waitFor(() => rig.terminals().length === 3, { timeoutMs: 20_000, what: 'all ended' });
    await waitFor(async () => (await gate.query(loadQuery)).idle, { what: 'idle' });
  }, 60_000);

  test('a deployment that repeats another one says so in every status', async () => {
    rig = await startGateRig({ cap: 1 });
    const items = [gateItem(), gateItem({ retryOf: 'd-old' }), gateItem({ retryOf: 'd-older' })];
    const refusal = { code: 'RATE_LIMITED' as const, text: 'too many' };
    const limited = gateItem({ refusal, refusalDetails: { retry_at: '2026-01-01T00:00:00.000Z' } });
    await rig.submit([...items, limited]);
    await waitFor(() => rig.terminals().length === 4, { timeoutMs: 20_000, what: 'all ended' });
    for (const change of rig.published)
      expect(change.details?.['retry_of']).toBe(
        items.find(({ deploymentId }) => deploymentId === change.deploymentId)?.retryOf,
      );
    const rejected = rig.terminals().find(({ deploymentId }) => deploymentId === limited.deploymentId);
    expect(rejected).toMatchObject({ state: 'REJECTED', details: limited.refusalDetails });
  }, 60_000);
});
