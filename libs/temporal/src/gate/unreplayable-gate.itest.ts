import { Worker } from '@temporalio/worker';
import { waitFor } from '@vecino/testing';
import { gateWorkflowId } from '@vecino/workflows';
import { createTenantWorker, tenantLimits } from '../tenant-worker.js';
import { bundleWorkflows, loadWorkflowBundle } from '../workflow-bundle.js';
import { type GateRig, gateItem, startGateRig } from './testing/gate-rig.js';

let rig: GateRig;
afterEach(() => rig.stop());

/** What made the history was not the gate: a stand-in with the same signals. */
test('a gate whose history its code does not lead to fails, and its successor does what it had been asked for', async () => {
  rig = await startGateRig();
  const { tenantId, taskQueue } = rig.settings;
  const namespace = rig.client.options.namespace;
  const elsewhere = `${taskQueue}-of-the-stand-in`;
  const standIn = await Worker.create({
    connection: rig.native,
    namespace,
    taskQueue: elsewhere,
    workflowBundle: await bundleWorkflows({
      tracing: false,
      workflowsPath: require.resolve('../../fixtures/sleeping-gate-workflow.ts'),
    }),
  });
  const [before, after] = [gateItem(), gateItem()];
  const settings = { ...rig.settings, taskQueue: elsewhere };
  const batchOf = (item: typeof before) => ({
    topic: 'requests',
    partition: 0,
    items: [item],
    settings: rig.settings,
  });
  const gate = await rig.client.workflow.signalWithStart('TenantGateWorkflow', {
    workflowId: gateWorkflowId(tenantId),
    taskQueue: elsewhere,
    args: [{ settings }],
    signal: 'submit',
    signalArgs: [batchOf(before)],
  });
  await standIn.runUntil(() => waitFor(async () => (await gate.describe()).historyLength >= HANDLED_EVENTS));
  await gate.signal('submit', batchOf(after));
  rig.watch();
  const real = await createTenantWorker({
    connection: rig.native,
    namespace,
    taskQueue: elsewhere,
    bundle: await loadWorkflowBundle({ tracing: false }),
    limits: tenantLimits(1),
  });
  await real.runUntil(() =>
    waitFor(() => rig.terminals().length === 2, { what: 'the end of both deployments', timeoutMs: 40_000 }),
  );
  const failed = rig.client.workflow.getHandle(gateWorkflowId(tenantId), gate.signaledRunId);
  expect((await failed.describe()).status.name).toBe('FAILED');
  // They are for two routers, so either may end first.
  const ends = rig.terminals().map(({ deploymentId, state }): [string, string] => [deploymentId, state]);
  expect(new Map(ends)).toEqual(
    new Map([
      [before.deploymentId, 'SUCCEEDED'],
      [after.deploymentId, 'SUCCEEDED'],
    ]),
  );
}, 90_000);

/** Started, signalled, and its first task done, which set a timer. */
const HANDLED_EVENTS = 6;
