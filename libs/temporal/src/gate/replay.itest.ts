import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { silentLogger } from '@vecino/telemetry';
import {
  activitiesOf,
  HISTORIES_FOLDER,
  readHistory,
  signalsOf,
  type StoredHistory,
  storedHistories,
  waitFor,
} from '@vecino/testing';
import type { Client } from '@temporalio/client';
import {
  type DeploymentInput,
  deploymentWorkflowId,
  type GateItem,
  gateWorkflowId,
  type TenantSettings,
} from '@vecino/workflows';
import { createGateClient } from '../gate-client.js';
import { installTemporalRuntime } from '../runtime.js';
import { bundleWorkflows, type WorkflowBundle } from '../workflow-bundle.js';
import { type GateRig, gateItem, startGateRig } from './testing/gate-rig.js';

/**
 * Histories that workers of released versions wrote, a folder per release. Workflow code must go on making the same decisions
 * for them; a change that does not is put behind a patch. Those of a new release are stored with
 * `npm run store-histories -w libs/temporal` (docs/upgrading.md); what is stored is never written anew.
 */
const ROOT = join(__dirname, '..', '..', '..', '..');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
const FOLDER = join(HISTORIES_FOLDER, version);
const storing = process.env['VECINO_STORE_HISTORIES'] !== undefined;

const KINDS = ['gate', 'deployment'] as const;
const stored = storing ? [] : KINDS.flatMap(storedHistories);

/** What a release's histories are of. Gates that run one after another are `gate-run-0` and so on. */
const NEEDED: readonly string[] = [
  'deployment-already-running',
  'deployment-cancelled-after-arm',
  'deployment-cancelled-before-arm',
  'deployment-cancelled-too-late',
  'deployment-failed-after-reboot',
  'deployment-failed-before-reboot',
  'deployment-failed-with-router-unknown',
  'deployment-rejected',
  'deployment-rollback-failed',
  'deployment-rolled-back',
  'deployment-succeeded',
  'deployment-succeeded-with-standby',
  'deployment-terminated',
  'deployment-timed-out',
  'gate-arrived-and-retired',
  'gate-forwarded',
  'gate-moved-away',
  'gate-run-0',
  'gate-stopped',
  'gate-unlocked',
];
/** What gates are sent and ask for, over all histories of a release. */
const GATE_SIGNALS = ['command', 'configure', 'submit'];
const GATE_ACTIVITIES = [
  'awaitAny',
  'confirmIdle',
  'forward',
  'publishStatuses',
  'rebuildGate',
  'writeDeadLetters',
];

(storing ? describe.skip : describe)('stored histories', () => {
  let bundle: WorkflowBundle;
  let traced: WorkflowBundle;
  beforeAll(async () => {
    installTemporalRuntime(silentLogger);
    [bundle, traced] = [await bundleWorkflows({ tracing: false }), await bundleWorkflows({ tracing: true })];
  });

  const replay = (name: string, history: StoredHistory, workflowBundle = bundle) =>
    Worker.runReplayHistory({ workflowBundle }, historyFromJSON({ events: history.events }), name);

  test.each(stored.map((one) => [`${one.release}/${one.name}`, one] as const))(
    '%s is replayed, with tracing and without',
    async (name, history) => {
      await replay(name, history);
      await replay(name, history, traced);
    },
  );

  test.each(readdirSync(HISTORIES_FOLDER))('those of %s are of everything that workflows do', (release) => {
    const names = stored.filter((one) => one.release === release).map(({ name }) => name);
    expect(NEEDED.filter((name) => !names.includes(name))).toEqual([]);
    const gates = stored.filter((one) => one.release === release && one.name.startsWith('gate-'));
    const namesOf = (calls: readonly { readonly name: string }[]) =>
      [...new Set(calls.map(({ name }) => name))].toSorted();
    expect(namesOf(gates.flatMap(signalsOf))).toEqual(expect.arrayContaining(GATE_SIGNALS));
    expect(namesOf(gates.flatMap((gate) => activitiesOf(gate)))).toEqual(GATE_ACTIVITIES);
  });

  test.each([
    ['deployment-succeeded', 'precheck', 'reboot'],
    ['gate-moved-away', 'rebuildGate', 'awaitAny'],
  ])('a %s that had done something else first is refused', async (name, activity, other) => {
    const [release = ''] = readdirSync(HISTORIES_FOLDER);
    const text = JSON.stringify(readHistory(release, name));
    const tampered = JSON.parse(
      text.replaceAll(`"name":"${activity}"`, `"name":"${other}"`),
    ) as StoredHistory;
    expect(JSON.stringify(tampered)).not.toBe(text);
    await expect(replay('tampered', tampered)).rejects.toThrow(DeterminismViolationError);
  });
});

(storing ? describe : describe.skip)('histories to be stored', () => {
  let rig: GateRig;
  afterEach(() => rig.stop());

  const store = async (name: string, workflowId: string, runId?: string, client = rig.client) => {
    const file = join(FOLDER, `${name}.json`);
    if (existsSync(file)) return;
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    mkdirSync(FOLDER, { recursive: true });
    const text = JSON.stringify(JSON.parse(historyToJSON(history)), null, 1);
    // Stack traces in failures name files; where this machine keeps them is nobody's business.
    writeFileSync(file, `${text.replaceAll(`${ROOT}/`, '')}\n`);
  };
  const deployment = (id: string) => deploymentWorkflowId(rig.settings.tenantId, id);
  const ended = (count: number, timeoutMs = 30_000) =>
    waitFor(() => new Set(rig.terminals().map(({ deploymentId }) => deploymentId)).size >= count, {
      timeoutMs,
      what: `${count} ended`,
    });

  const reached = (id: string, state: string) =>
    waitFor(() => rig.published.some((change) => change.deploymentId === id && change.state === state), {
      timeoutMs: 30_000,
      what: `${state} of ${id}`,
    });
  const terminalOf = async (id: string) => {
    await waitFor(() => rig.terminals().some((change) => change.deploymentId === id), {
      timeoutMs: 30_000,
      what: `the end of ${id}`,
    });
    return rig.terminals().find((change) => change.deploymentId === id)?.state;
  };

  test.each([
    ['2.0.0', 'succeeded', 'SUCCEEDED'],
    ['dual', 'succeeded-with-standby', 'SUCCEEDED'],
    ['present', 'already-running', 'SUCCEEDED'],
    ['refused', 'rejected', 'REJECTED'],
    ['broken', 'failed-before-reboot', 'FAILED'],
    ['fell-back', 'failed-after-reboot', 'FAILED'],
    ['lost', 'failed-with-router-unknown', 'FAILED'],
    ['degraded', 'rolled-back', 'ROLLED_BACK'],
    ['stuck', 'rollback-failed', 'FAILED'],
  ])('of a deployment of %s: %s', async (softwareVersion, name, state) => {
    rig = await startGateRig({ tuning: { settleMs: 500 } });
    const item = gateItem({ softwareVersion });
    await rig.submit([item]);
    expect(await terminalOf(item.deploymentId)).toBe(state);
    await store(`deployment-${name}`, deployment(item.deploymentId));
  });

  test('of deployments that were cancelled, in time and too late', async () => {
    rig = await startGateRig();
    const [early, armed, late] = [gateItem(), gateItem(), gateItem()];
    rig.routers.holdInstall = true;
    await rig.submit([early]);
    await reached(early.deploymentId, 'STAGING');
    const progress = { step: 'install', details: { percent: '40' } };
    await rig.client.workflow.getHandle(deployment(early.deploymentId)).signal('progress', progress);
    await rig.command(early.deploymentId);
    expect(await terminalOf(early.deploymentId)).toBe('CANCELLED');
    await store('deployment-cancelled-before-arm', deployment(early.deploymentId));
    rig.routers.holdInstall = false;
    rig.routers.holdArm = true;
    await rig.submit([armed]);
    await reached(armed.deploymentId, 'STAGED');
    await rig.client.workflow.getHandle(deployment(armed.deploymentId)).cancel();
    expect(await terminalOf(armed.deploymentId)).toBe('CANCELLED');
    expect(rig.routers.disarmed).toContain(armed.deploymentId);
    await store('deployment-cancelled-after-arm', deployment(armed.deploymentId));
    rig.routers.holdArm = false;
    rig.routers.holdWaitUp = true;
    await rig.submit([late]);
    await reached(late.deploymentId, 'WAIT_UP');
    await rig.command(late.deploymentId);
    await waitFor(() => rig.published.some((change) => change.reason?.code === 'CANCEL_TOO_LATE'));
    rig.routers.holdWaitUp = false;
    expect(await terminalOf(late.deploymentId)).toBe('SUCCEEDED');
    await store('deployment-cancelled-too-late', deployment(late.deploymentId));
  }, 60_000);

  test('of deployments that were ended from outside', async () => {
    rig = await startGateRig({ tuning: { settleMs: 500 } });
    rig.routers.holdInstall = true;
    const killed = gateItem();
    await rig.submit([killed]);
    await reached(killed.deploymentId, 'STAGING');
    await rig.client.workflow.getHandle(deployment(killed.deploymentId)).terminate('operator');
    await store('deployment-terminated', deployment(killed.deploymentId));
    // A gate's own deployments have days: this one is started without a gate.
    const { deploymentId, routerId, routerIp, softwareVersion } = gateItem();
    const { tenantId, tier, statusFormat, taskQueue } = rig.settings;
    const input: DeploymentInput = {
      tenantId,
      deploymentId,
      routerId,
      routerIp,
      softwareVersion,
      tier,
      statusFormat,
    };
    const slow = await rig.client.workflow.start('NetworkDeploymentWorkflow', {
      workflowId: deployment(deploymentId),
      taskQueue,
      args: [input],
      workflowExecutionTimeout: '2 seconds',
    });
    await expect(slow.result()).rejects.toMatchObject({ cause: { name: 'TimeoutFailure' } });
    await store('deployment-timed-out', deployment(deploymentId));
    rig.routers.holdInstall = false;
  }, 60_000);

  test('of gates that were stopped, moved away and arrived, and that retired', async () => {
    rig = await startGateRig({ cap: 2 });
    const here = rig.client;
    const there = await rig.openNamespace(rig.settings.taskQueue);
    const at = (client: Client, revision: number, more: Partial<TenantSettings> = {}): TenantSettings => ({
      ...rig.settings,
      revision,
      namespace: client.options.namespace,
      weight: 2,
      ...more,
    });
    const gatesOf = (client: Client) => createGateClient({ client, logger: silentLogger });
    const submit = (client: Client, settings: TenantSettings, items: readonly GateItem[]) =>
      gatesOf(client).submit({ topic: 'requests', partition: 0, items, settings });
    const gateId = gateWorkflowId(rig.settings.tenantId);
    const items = [gateItem(), gateItem({ softwareVersion: '6.6.6', retryOf: 'd-old' })];
    await submit(here, at(here, 1, { stoppedVersions: ['6.6.6'] }), items);
    await ended(1);
    await gatesOf(here).configure(at(here, 2, { moving: { epoch: 2 } }));
    const moved = { epoch: 2, fromNamespace: here.options.namespace, fromTaskQueue: rig.settings.taskQueue };
    const arrived = at(there, 3, { moved });
    await gatesOf(there).start(arrived);
    // The old gate first takes in for 20 s what still comes.
    await ended(2, 60_000);
    const refusal = { code: 'RATE_LIMITED' as const, text: 'too many' };
    await submit(there, arrived, [gateItem({ refusal, refusalDetails: { retry_at: 'later' } })]);
    await ended(3);
    rig.routers.holdInstall = true;
    const running = gateItem();
    await submit(there, arrived, [running]);
    await reached(running.deploymentId, 'STAGING');
    await gatesOf(there).configure(at(there, 4, { moved, leaving: 'cancel' }));
    await there.workflow.getHandle(gateId).result();
    await ended(4);
    await store('gate-moved-away', gateId, undefined, here);
    await store('gate-arrived-and-retired', gateId, undefined, there);
    // Who does not know yet that the tenant has gone.
    await submit(here, at(here, 1), [gateItem()]);
    expect(await here.workflow.getHandle(gateId).result()).toMatchObject({ kind: 'forwarded' });
    await store('gate-forwarded', gateId, undefined, here);
  }, 120_000);

  test('of a gate that was stopped in every way, and went on', async () => {
    rig = await startGateRig();
    const gateId = gateWorkflowId(rig.settings.tenantId);
    const gates = createGateClient({ client: rig.client, logger: silentLogger });
    const waits = (code: string) =>
      waitFor(() => rig.published.some(({ reason }) => reason?.code === code), { what: code });
    await rig.submit([gateItem()], { settings: { paused: true } });
    await waits('TENANT_PAUSED');
    await gates.configure({ ...rig.settings, revision: 2, platformPaused: 'ana: a storm' });
    await rig.submit([gateItem()], { settings: { revision: 2, platformPaused: 'ana: a storm' } });
    await waits('PLATFORM_PAUSED');
    await gates.configure({ ...rig.settings, revision: 3 });
    await ended(2);
    await store('gate-stopped', gateId);
  }, 60_000);

  test('of a gate whose router was unlocked by hand', async () => {
    rig = await startGateRig({ tuning: { settleMs: 500 } });
    const gateId = gateWorkflowId(rig.settings.tenantId);
    const stuck = gateItem({ softwareVersion: 'stuck' });
    await rig.submit([stuck]);
    expect(await terminalOf(stuck.deploymentId)).toBe('FAILED');
    const { routerId, routerIp } = stuck;
    const next = gateItem({ routerId, routerIp });
    await rig.submit([next]);
    await reached(next.deploymentId, 'QUEUED');
    await rig.command(stuck.deploymentId, { action: 'UNLOCK' });
    expect(await terminalOf(next.deploymentId)).toBe('SUCCEEDED');
    await store('gate-unlocked', gateId);
  }, 60_000);

  test('of gates', async () => {
    rig = await startGateRig({ cap: 4, tuning: { runEvents: 60, settleMs: 1_000 } });
    rig.routers.stepMs = 10;
    rig.watch();
    const gateId = gateWorkflowId(rig.settings.tenantId);
    const items = Array.from({ length: 30 }, (_, i) =>
      gateItem({
        routerId: `r-${i % 9}`,
        routerIp: `10.3.0.${i % 9}`,
        ...(i === 7 ? { notBefore: Date.now() + 2_000 } : {}),
      }),
    );
    await rig.submit(items.slice(0, 15));
    await ended(6);
    await rig.client.workflow.getHandle(gateId).terminate('to be rebuilt');
    await rig.submit(items.slice(15));
    await ended(30);
    rig.routers.holdInstall = true;
    const killed = gateItem();
    await rig.submit([killed]);
    await waitFor(
      () => rig.published.some((c) => c.deploymentId === killed.deploymentId && c.state === 'STAGING'),
      { timeoutMs: 30_000 },
    );
    const waiting = gateItem({ routerId: killed.routerId, routerIp: killed.routerIp });
    const cancelled = gateItem();
    await rig.submit([waiting, cancelled]);
    await reached(waiting.deploymentId, 'QUEUED');
    await reached(cancelled.deploymentId, 'STAGING');
    for (const { deploymentId } of [waiting, cancelled]) await rig.command(deploymentId);
    await ended(32);
    await rig.command(items[0]?.deploymentId ?? '');
    await rig.command('nobody');
    await waitFor(() => rig.letters.length > 0, { what: 'a dead letter' });
    await rig.client.workflow.getHandle(deployment(killed.deploymentId)).terminate('operator');
    rig.routers.holdInstall = false;
    await ended(33);
    const runs: { runId: string; start: number }[] = [];
    for await (const { runId, startTime } of rig.client.workflow.list({ query: `WorkflowId = "${gateId}"` }))
      runs.push({ runId, start: startTime.getTime() });
    runs.sort((a, b) => a.start - b.start);
    for (const [n, { runId }] of runs.entries()) await store(`gate-run-${n}`, gateId, runId);
  }, 120_000);
});
