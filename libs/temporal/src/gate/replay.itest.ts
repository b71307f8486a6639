import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { silentLogger } from '@vecino/telemetry';
import { waitFor } from '@vecino/testing';
import { deploymentWorkflowId, gateWorkflowId } from '@vecino/workflows';
import { installTemporalRuntime } from '../runtime.js';
import { bundleWorkflows, type WorkflowBundle } from '../workflow-bundle.js';
import { type GateRig, gateItem, startGateRig } from './testing/gate-rig.js';

/**
 * Histories that workers of released versions wrote. Workflow code must go on making the same decisions for them; a
 * change that does not is put behind a patch. Made anew, for a new release, with
 * `VECINO_STORE_HISTORIES=1 npx jest -c jest.itest.config.cjs replay`.
 */
const FOLDER = join(__dirname, '..', '..', 'histories');
const ROOT = join(__dirname, '..', '..', '..', '..');
const storing = process.env['VECINO_STORE_HISTORIES'] !== undefined;

const storedNames = () => readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
const read = (name: string) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as StoredHistory;

interface StoredHistory {
  readonly events: {
    readonly activityTaskScheduledEventAttributes?: { readonly activityType: { name: string } };
  }[];
}

(storing ? describe.skip : describe)('stored histories', () => {
  let bundle: WorkflowBundle;
  beforeAll(async () => {
    installTemporalRuntime(silentLogger);
    bundle = await bundleWorkflows({ tracing: false });
  });

  const replay = (name: string, history: StoredHistory) =>
    Worker.runReplayHistory({ workflowBundle: bundle }, historyFromJSON(history), name);

  test.each(storing ? [] : storedNames())('%s is replayed', async (name) => {
    await replay(name, read(name));
  });

  test('a history in which another activity came first is refused', async () => {
    const [name] = storedNames().filter((stored) => stored.startsWith('deployment-succeeded'));
    const history = read(name as string);
    const scheduled = history.events.find((e) => e.activityTaskScheduledEventAttributes !== undefined);
    if (scheduled?.activityTaskScheduledEventAttributes === undefined)
      throw new Error('no activity in the history');
    scheduled.activityTaskScheduledEventAttributes.activityType.name = 'reboot';
    await expect(replay('tampered', history)).rejects.toThrow(DeterminismViolationError);
  });
});

(storing ? describe : describe.skip)('histories to be stored', () => {
  let rig: GateRig;
  afterEach(() => rig.stop());

  const store = async (name: string, workflowId: string, runId?: string) => {
    const history = await rig.client.workflow.getHandle(workflowId, runId).fetchHistory();
    mkdirSync(FOLDER, { recursive: true });
    const text = JSON.stringify(JSON.parse(historyToJSON(history)), null, 1);
    // Stack traces in failures name files; where this machine keeps them is nobody's business.
    writeFileSync(join(FOLDER, `${name}.json`), `${text.replaceAll(`${ROOT}/`, '')}\n`);
  };
  const deployment = (id: string) => deploymentWorkflowId(rig.settings.tenantId, id);
  const ended = (count: number) => waitFor(() => rig.terminals().length >= count);

  test('of deployments', async () => {
    rig = await startGateRig();
    const [good, bad] = [gateItem(), gateItem({ softwareVersion: 'refused' })];
    await rig.submit([good, bad]);
    await ended(2);
    await store('deployment-succeeded', deployment(good.deploymentId));
    await store('deployment-rejected', deployment(bad.deploymentId));
    rig.routers.holdInstall = true;
    const cancelled = gateItem();
    await rig.submit([cancelled]);
    await waitFor(() =>
      rig.published.some((c) => c.deploymentId === cancelled.deploymentId && c.state === 'STAGING'),
    );
    await rig.client.workflow.getHandle(deployment(cancelled.deploymentId)).cancel();
    await ended(3);
    await store('deployment-cancelled', deployment(cancelled.deploymentId));
  });

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
    await rig.client.workflow.getHandle(deployment(killed.deploymentId)).terminate('operator');
    rig.routers.holdInstall = false;
    await ended(31);
    const runs: { runId: string; start: number }[] = [];
    for await (const { runId, startTime } of rig.client.workflow.list({ query: `WorkflowId = "${gateId}"` }))
      runs.push({ runId, start: startTime.getTime() });
    runs.sort((a, b) => a.start - b.start);
    for (const [n, { runId }] of runs.entries()) await store(`gate-run-${n}`, gateId, runId);
  }, 120_000);
});
