import { randomUUID } from 'node:crypto';
import { waitFor } from '@vecino/testing';
import {
  deploymentWorkflowId,
  EMPTY_CARRIED,
  type GateItem,
  gateWorkflowId,
  type TenantSettings,
} from '@vecino/workflows';
import { NEW_VERSION, openUpgradeLaboratory, type UpgradeLaboratory } from './upgrade-laboratory.js';

/** Longer than the router shows no reboot; the shape of the real one, which outlasts it too. */
const SETTLE_MS = 3_500;

let lab: UpgradeLaboratory;
beforeAll(async () => {
  lab = await openUpgradeLaboratory({
    // Away for so long that it still runs the old version when it is looked at, whatever a busy machine does.
    routers: [{ faults: [{ kind: 'active-lag', forMs: 2_000 }], rebootMs: 8_000 }],
  });
}, 180_000);
afterAll(() => lab?.stop(), 60_000);

test('a deployment killed right after its Reboot frees the router only when that has rebooted', async () => {
  const routerId = lab.routerId(0);
  const router = () => lab.simulator.router(routerId).snapshot();
  const deploymentId = randomUUID();
  const settings: TenantSettings = {
    tenantId: routerId,
    revision: 1,
    tier: 'standard',
    cap: 1,
    queueLimit: 10,
    taskQueue: lab.taskQueue,
    statusFormat: 'avro',
    paused: false,
  };
  const item: GateItem = {
    deploymentId,
    routerId,
    routerIp: router().address,
    softwareVersion: NEW_VERSION,
    priority: 3,
    offset: 0,
    timestamp: 1,
    fingerprint: 'f',
  };
  const gate = await lab.client.workflow.signalWithStart('TenantGateWorkflow', {
    workflowId: gateWorkflowId(routerId),
    taskQueue: lab.taskQueue,
    // A gate that was handed an empty state has no predecessor to look for.
    args: [{ settings, carried: EMPTY_CARRIED, tuning: { settleMs: SETTLE_MS, probeMs: 200 } }],
    signal: 'submit',
    signalArgs: [{ topic: 't', partition: 0, items: [item], settings }],
  });
  const rebootAsked = () => lab.simulator.calls(routerId).some(({ rpc }) => rpc.endsWith('/Reboot'));
  await waitFor(rebootAsked, { what: 'Reboot', timeoutMs: 60_000 });
  expect(router().runningVersion).not.toBe(NEW_VERSION);
  await lab.client.workflow.getHandle(deploymentWorkflowId(routerId, deploymentId)).terminate('a test');
  const terminal = await lab.phase(deploymentId, 'TERMINATED', 120_000);
  expect(router().runningVersion).toBe(NEW_VERSION);
  expect(terminal.details).toMatchObject({ router: 'at rest', running_version: NEW_VERSION });
  await gate.terminate();
}, 240_000);
