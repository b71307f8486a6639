import { waitFor } from '@vecino/testing';
import { randomUUID } from 'node:crypto';
import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { WorkflowNotFoundError } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { silentLogger, startTelemetry } from '@vecino/telemetry';
import { gateWorkflowId, type GateItem, type SubmitBatch, type TenantSettings } from '@vecino/workflows';
import { finishSignal, type TenantGateWorkflow } from '../fixtures/throwaway-workflows.js';
import { connectTemporalClient, type TemporalClient } from './connect.js';
import { createGateClient, type GateClient } from './gate-client.js';
import { parseTemporalConfig } from './temporal-config.js';
import { createWorkerFleet, type WorkerFleet } from './worker-fleet.js';
import { tenantLimits } from './tenant-worker.js';
import { bundleWorkflows } from './workflow-bundle.js';

const config = parseTemporalConfig(process.env);
const taskQueue = `gate-client-${randomUUID()}`;
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const newTenant = (): string => `t-${randomUUID().slice(0, 8)}`;
const settingsOf = (tenantId: string): TenantSettings => ({
  tenantId,
  revision: 1,
  tier: 'standard',
  cap: 10,
  queueLimit: 100,
  taskQueue,
  statusFormat: 'avro',
  paused: false,
});
const itemOf = (deploymentId: string, fields: Partial<GateItem> = {}): GateItem => ({
  deploymentId,
  routerId: 'r1',
  routerIp: '10.0.0.1',
  softwareVersion: '2.0.0',
  priority: 3,
  offset: 0,
  timestamp: 0,
  fingerprint: 'f',
  ...fields,
});
const batchOf = (tenantId: string, ...items: GateItem[]): SubmitBatch => ({
  topic: 'deployment-requests',
  partition: 0,
  items,
  settings: settingsOf(tenantId),
});

let temporalClient: TemporalClient;
let fleet: WorkerFleet;
let gates: GateClient;

beforeAll(async () => {
  startTelemetry({ serviceName: 'test', env: {} });
  temporalClient = await connectTemporalClient({ config, logger: silentLogger });
  gates = createGateClient({ client: temporalClient.client, logger: silentLogger });
  fleet = createWorkerFleet({
    temporal: config,
    activities: {},
    logger: silentLogger,
    loadBundle: () =>
      bundleWorkflows({
        tracing: false,
        workflowsPath: require.resolve('../fixtures/throwaway-workflows.ts'),
      }),
  });
  await fleet.assign([{ namespace: config.namespace, taskQueue, limits: tenantLimits(10) }]);
});
afterAll(async () => {
  await fleet.stop();
  await temporalClient.close();
});

const gateOf = (tenantId: string) =>
  temporalClient.client.workflow.getHandle<typeof TenantGateWorkflow>(gateWorkflowId(tenantId));

test('the first batch starts the gate, later ones reach the same run in order', async () => {
  const tenantId = newTenant();
  await gates.submit(batchOf(tenantId, itemOf('d-1'), itemOf('d-2')));
  const { runId } = await gateOf(tenantId).describe();
  await gates.submit(batchOf(tenantId, itemOf('d-3')));

  const description = await gateOf(tenantId).describe();
  expect(description.runId).toBe(runId);
  expect(await description.staticSummary()).toContain(tenantId);
  await gateOf(tenantId).signal(finishSignal);
  expect(await gateOf(tenantId).result()).toEqual({
    tenantId,
    submitted: ['d-1', 'd-2', 'd-3'],
    searchAttributes: [],
  });
});

test('the gate does not live in the trace of the request that started it', async () => {
  const tenantId = newTenant();
  const request = propagation.extract(ROOT_CONTEXT, { traceparent });
  await context.with(request, () => gates.submit(batchOf(tenantId, itemOf('d-1', { traceparent }))));

  const history = await gateOf(tenantId).fetchHistory();
  const headers = history.events?.flatMap((event) => [
    ...Object.values(event.workflowExecutionStartedEventAttributes?.header?.fields ?? {}),
    ...Object.values(event.workflowExecutionSignaledEventAttributes?.header?.fields ?? {}),
  ]);
  expect(headers).toEqual([]);
  await gateOf(tenantId).terminate();
});

test('the gate and what it starts count for their tenant where tenants share a queue', async () => {
  const tenantId = newTenant();
  await gates.submit(batchOf(tenantId, itemOf('d-1')));
  const history = await gateOf(tenantId).fetchHistory();
  const started = history.events?.[0]?.workflowExecutionStartedEventAttributes;
  expect(started?.priority).toMatchObject({ fairnessKey: tenantId, fairnessWeight: 2 });
  expect(history.events?.[0]?.eventType).toBe(
    temporal.api.enums.v1.EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
  );
  await gateOf(tenantId).terminate();
});

test('explain asks the gate; a tenant without a gate is no fault', async () => {
  const tenantId = newTenant();
  expect(await gates.explain(tenantId, 'd-1')).toMatchObject({ state: 'unknown' });
  await gates.submit(batchOf(tenantId, itemOf('d-1')));
  expect(await gates.explain(tenantId, 'd-1')).toEqual({ state: 'queued', sentence: 'd-1 waits' });
  await gateOf(tenantId).terminate();
});

test('a command reaches the gate, which is started where it does not run', async () => {
  const tenantId = newTenant();
  const command = {
    commandId: 'c-1',
    deploymentId: 'd-1',
    action: 'CANCEL' as const,
    topic: 'deployment-commands',
    partition: 0,
    offset: 4,
  };
  await gates.command(settingsOf(tenantId), command);
  await gates.submit(batchOf(tenantId, itemOf('d-1')));
  // A signal that comes during a workflow task is written down with its end.
  const signals = await waitFor(
    async () => {
      const { events } = await gateOf(tenantId).fetchHistory();
      const found = (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
        signal ? [[signal.signalName, JSON.parse(String(signal.input?.payloads?.[0]?.data))]] : [],
      );
      return found.length === 2 && found;
    },
    { what: 'both signals' },
  );
  expect(signals).toMatchObject([
    ['command', command],
    ['submit', { items: [{ deploymentId: 'd-1' }] }],
  ]);
  await gateOf(tenantId).terminate();
});

test('start brings a terminated gate back and leaves a running one alone', async () => {
  const tenantId = newTenant();
  expect(await gates.start(settingsOf(tenantId))).toBe('started');
  expect(await gates.start(settingsOf(tenantId))).toBe('already-running');
  await gateOf(tenantId).terminate();
  expect(await gates.start(settingsOf(tenantId))).toBe('started');
  await gateOf(tenantId).terminate();
});

test('a batch that Temporal cannot take is terminal, at once', async () => {
  const tenantId = newTenant();
  for (const bytes of [3_000_000, 5_000_000]) {
    const tooLarge = batchOf(tenantId, itemOf('d-1', { requestedBy: 'x'.repeat(bytes) }));
    await expect(gates.submit(tooLarge)).rejects.toMatchObject({
      code: 'BATCH_TOO_LARGE',
      disposition: 'terminal',
    });
  }
}, 10_000);

test('what is sent goes where its settings say, whatever has become of the tenant since', async () => {
  const tenantId = newTenant();
  const settings = { ...settingsOf(tenantId), namespace: config.namespace };
  const movedOn = createGateClient({
    client: temporalClient.client,
    logger: silentLogger,
    namespaceOf: () => 'missing',
  });
  expect(await movedOn.start(settings)).toBe('started');
  await movedOn.submit({ ...batchOf(tenantId, itemOf('d-1')), settings });
  expect(await movedOn.configure(settings)).toBe('told');
  await gateOf(tenantId).terminate();
  const gone = { ...settings, namespace: 'missing' };
  await expect(gates.start(gone)).rejects.toMatchObject({ code: 'NAMESPACE_NOT_FOUND' });
});

test('a tenant with a namespace of its own is served there', async () => {
  const elsewhere = createGateClient({
    client: temporalClient.client,
    logger: silentLogger,
    namespaceOf: (tenantId) => `missing-${tenantId}`,
  });
  await expect(elsewhere.submit(batchOf(newTenant(), itemOf('d-1')))).rejects.toMatchObject({
    code: 'NAMESPACE_NOT_FOUND',
    disposition: 'retry',
  });
});

test('a batch is sent once its wake is written, and the pool needs no wake', async () => {
  const woken: string[] = [];
  let written = (): void => {};
  const waker = {
    wake: (tenantId: string) => {
      woken.push(tenantId);
      return new Promise<void>((resolve) => (written = resolve));
    },
  };
  const waking = createGateClient({ client: temporalClient.client, logger: silentLogger, waker });
  const tenantId = newTenant();
  const submitted = waking.submit(batchOf(tenantId, itemOf('d-1')));
  await waitFor(() => woken.length === 1);
  await expect(gateOf(tenantId).describe()).rejects.toThrow(WorkflowNotFoundError);
  written();
  await submitted;
  expect(woken).toEqual([tenantId]);
  await gateOf(tenantId).terminate();

  const pooled = newTenant();
  const settings = { ...settingsOf(pooled), taskQueue: 'pool-deployments' };
  await waking.submit({ ...batchOf(pooled, itemOf('d-1')), settings });
  expect(woken).toEqual([tenantId]);
  await gateOf(pooled).terminate();
});

test('a batch whose wake is not written is not sent, however often that is tried', async () => {
  let isAway = true;
  const waker = {
    wake: () => (isAway ? Promise.reject(new Error('Kafka is away')) : Promise.resolve()),
  };
  const waking = createGateClient({ client: temporalClient.client, logger: silentLogger, waker });
  const tenantId = newTenant();
  const batch = batchOf(tenantId, itemOf('d-1'));
  for (let tries = 0; tries < 3; tries += 1)
    await expect(waking.submit(batch)).rejects.toMatchObject({ disposition: 'retry' });
  isAway = false;
  await waking.submit(batch);
  await gateOf(tenantId).signal(finishSignal);
  expect(await gateOf(tenantId).result()).toMatchObject({ submitted: ['d-1'] });
});

test('settings reach an open gate; a tenant without one is not woken for them', async () => {
  const woken: string[] = [];
  const waker = { wake: async (tenantId: string) => void woken.push(tenantId) };
  const waking = createGateClient({ client: temporalClient.client, logger: silentLogger, waker });
  const tenantId = newTenant();
  expect(await waking.configure(settingsOf(tenantId))).toBe('no-gate');
  expect(woken).toEqual([]);
  await gates.start(settingsOf(tenantId));
  expect(await waking.configure({ ...settingsOf(tenantId), paused: true })).toBe('told');
  expect(woken).toEqual([tenantId]);
  expect(await gates.load(newTenant())).toBeUndefined();
  await gateOf(tenantId).terminate();
  expect(await waking.configure(settingsOf(tenantId))).toBe('no-gate');
  expect(await gates.load(tenantId)).toBeUndefined();
});
