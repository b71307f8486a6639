import type { Client } from '@temporalio/client';
import { waitFor } from '@vecino/testing';
import {
  type GateItem,
  type GateResult,
  gateWorkflowId,
  loadQuery,
  type TenantSettings,
} from '@vecino/workflows';
import { type GateRig, gateItem, startGateRig } from './testing/gate-rig.js';

const tuning = { moveLeaseMs: 1_000, settleMs: 500 };
const SLOW = { timeoutMs: 60_000 };
let rig: GateRig;
let there: Client;

beforeEach(async () => {
  rig = await startGateRig({ cap: 1, tuning });
  there = await rig.openNamespace(rig.settings.taskQueue);
}, 240_000);
afterEach(() => rig.stop(), 240_000);

const gateIn = (client: Client) => client.workflow.getHandle(gateWorkflowId(rig.settings.tenantId));
const at = (client: Client, revision: number, more: Partial<TenantSettings> = {}): TenantSettings => ({
  ...rig.settings,
  revision,
  namespace: client.options.namespace,
  ...more,
});
const movedFrom = (client: Client, epoch: number) => ({
  moved: { epoch, fromNamespace: client.options.namespace, fromTaskQueue: rig.settings.taskQueue },
});
/** As ingest or the watchdog do. */
const submitTo = (client: Client, settings: TenantSettings, items: readonly GateItem[]) =>
  client.workflow.signalWithStart('TenantGateWorkflow', {
    workflowId: gateWorkflowId(rig.settings.tenantId),
    taskQueue: rig.settings.taskQueue,
    args: [{ settings, tuning }],
    signal: 'submit',
    signalArgs: [{ topic: 'requests', partition: 0, items, settings }],
  });
const startIn = (client: Client, settings: TenantSettings) =>
  client.workflow.start('TenantGateWorkflow', {
    workflowId: gateWorkflowId(rig.settings.tenantId),
    taskQueue: rig.settings.taskQueue,
    args: [{ settings, tuning }],
  });
const reportOf = (client: Client) => gateIn(client).query(loadQuery);
const drained = (client: Client) =>
  waitFor(async () => (await reportOf(client)).moving?.drained === true, { ...SLOW, what: 'drained' });
const ready = (client: Client) =>
  waitFor(async () => (await reportOf(client)).ready, { ...SLOW, what: 'ready' });
const resultIn = async (client: Client) => (await gateIn(client).result()) as GateResult;
const statesOf = ({ deploymentId }: GateItem) =>
  rig.terminals().flatMap((change) => (change.deploymentId === deploymentId ? [change.state] : []));
const startsOf = ({ deploymentId }: GateItem) =>
  rig.routers.starts.filter((start) => start.deploymentId === deploymentId).length;

/** The tenant's gate here has these in its queue, and has left them to the one that is to come there. */
async function leaveWith(items: readonly GateItem[]): Promise<TenantSettings> {
  const here = rig.client;
  await submitTo(here, at(here, 2, { moving: { epoch: 2 } }), items);
  await drained(here);
  const after = at(there, 3, movedFrom(here, 2));
  await gateIn(here).signal('configure', after);
  expect(await resultIn(here)).toMatchObject({ kind: 'moved', epoch: 2, revision: 3 });
  return after;
}

test('a tenant that moved, was removed, and is added again on its old route, is served', async () => {
  await startIn(there, await leaveWith([]));
  await ready(there);
  await gateIn(there).signal('configure', at(there, 4, { ...movedFrom(rig.client, 2), leaving: 'drain' }));
  expect(await resultIn(there)).toMatchObject({ kind: 'retired' });
  const item = gateItem();
  await submitTo(rig.client, at(rig.client, 6), [item]);
  await waitFor(() => statesOf(item).length > 0 || rig.forwarded.length > 0, {
    ...SLOW,
    what: 'something',
  });
  expect(rig.forwarded).toEqual([]);
  expect(statesOf(item)).toEqual(['SUCCEEDED']);
}, 300_000);

test('what was cancelled after a move does not run when its tenant has left', async () => {
  const item = gateItem();
  const after = await leaveWith([item]);
  await startIn(there, { ...after, paused: true });
  await ready(there);
  const command = { commandId: 'c-1', deploymentId: item.deploymentId, action: 'CANCEL' };
  await gateIn(there).signal('command', { ...command, topic: 'commands', partition: 0, offset: 0 });
  await waitFor(() => statesOf(item).length === 1, { ...SLOW, what: 'cancelled' });
  const leaving = at(there, 4, { ...movedFrom(rig.client, 2), leaving: 'drain' });
  await gateIn(there).signal('configure', leaving);
  expect(await resultIn(there)).toMatchObject({ kind: 'retired' });
  const late = gateItem();
  await submitTo(there, leaving, [late]);
  await waitFor(() => statesOf(late).length === 1, { ...SLOW, what: 'refused' });
  expect(await resultIn(there)).toMatchObject({ kind: 'retired' });
  expect(statesOf(item)).toEqual(['CANCELLED']);
  expect(startsOf(item)).toBe(0);
}, 300_000);

test('a latecomer before the new gate has read does not hide what the old one left', async () => {
  const item = gateItem();
  const after = await leaveWith([item]);
  // Also the new gate itself may do this: it tells the old one that it was left, just as that one completes.
  await submitTo(rig.client, after, []);
  expect(await resultIn(rig.client)).toEqual({ kind: 'forwarded' });
  await startIn(there, after);
  await ready(there);
  await waitFor(async () => statesOf(item).length > 0 || (await reportOf(there)).idle, {
    ...SLOW,
    what: 'an end',
  });
  expect(statesOf(item)).toEqual(['SUCCEEDED']);
}, 300_000);

test('a gate says that it has drained only once it knows what its predecessor had', async () => {
  const here = rig.client;
  rig.routers.holdInstall = true;
  const item = gateItem();
  await submitTo(here, at(here, 1), [item]);
  await waitFor(() => startsOf(item) === 1, { ...SLOW, what: 'it runs' });
  await gateIn(here).terminate('amid the move');
  await startIn(here, at(here, 2, { moving: { epoch: 2 } }));
  const { ready: isReady, moving } = await reportOf(here);
  rig.routers.holdInstall = false;
  expect({ isReady, drained: moving?.drained }).not.toEqual({ isReady: false, drained: true });
}, 300_000);
