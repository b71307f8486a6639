import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { createSlots } from '@vecino/foundation';
import { memoryFeed } from '@vecino/registry/testing';
import { silentLogger, startTelemetry, type Telemetry } from '@vecino/telemetry';
import {
  connectTemporalClient,
  connectTemporalWorker,
  createGateClient,
  ensureNamespace,
  installTemporalRuntime,
  parseTemporalConfig,
  type TemporalClient,
} from '@vecino/temporal';
import { settingsOf } from '@vecino/tenancy';
import { readPrometheusText, waitFor } from '@vecino/testing';
import { GATE_WORKFLOW_TYPE, gateWorkflowId, PROJECTOR_TASK_QUEUE } from '@vecino/workflows';
import { NamespaceKeeper } from './namespace-keeper.js';
import { SettingsCourier } from './settings-courier.js';
import { pausedPlatform, tenantsOn } from './testing/registry-under-test.js';

const config = parseTemporalConfig(process.env);
const logger = silentLogger;
let telemetry: Telemetry;
let outside: TemporalClient;
beforeAll(async () => {
  // Before the Runtime: it is then that what Temporal's SDK measures is taken over.
  telemetry = startTelemetry({ serviceName: 'test', env: {}, metrics: { scraped: true, maxTenants: 10 } });
  installTemporalRuntime(logger);
  outside = await connectTemporalClient({ config, logger });
});
afterAll(async () => {
  await outside.close();
  await telemetry.shutdown();
});

async function makeNamespace(namespace: string): Promise<Client> {
  await ensureNamespace(outside.connection, { namespace });
  return new Client({ connection: outside.connection, namespace });
}

async function isServed(namespace: string): Promise<boolean> {
  const { pollers } = await outside.connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: PROJECTOR_TASK_QUEUE },
    taskQueueType: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
  });
  return (pollers ?? []).length > 0;
}

/** Whether a gauge of Temporal's SDK tells of Workers there. */
async function isToldOf(namespace: string): Promise<boolean> {
  const families = readPrometheusText((await telemetry.scrape?.()) ?? '');
  const gauges = families.filter(({ name, type }) => type === 'gauge' && name.startsWith('temporal_'));
  return gauges.some(({ samples }) => samples.some(({ labels }) => labels['namespace'] === namespace));
}

test('a namespace is served as soon as it is made, and until nothing runs in it any more', async () => {
  const unique = randomUUID().slice(0, 8);
  const client = await makeNamespace(`shared-${unique}`);
  const connection = await connectTemporalWorker({ config, logger });
  const registry = memoryFeed(tenantsOn({ here: 'pooled' }));
  const served: string[] = [];
  const left: string[] = [];
  const keeper = new NamespaceKeeper({
    registry,
    client,
    connection,
    gates: createGateClient({ client, logger }),
    activitiesFor: (own) => (served.push(own.options.namespace), { nothing: () => Promise.resolve() }),
    logger: { ...logger, info: (fields) => void left.push(String(Object(fields)['temporal_namespace'])) },
    lookMs: 100,
  });
  await keeper.start();
  const namespace = `tenant-big-${unique}`;
  registry.set(tenantsOn({ here: 'pooled', [`big-${unique}`]: 'namespace' }));
  expect(served).toEqual([`shared-${unique}`, namespace]);
  const own = await makeNamespace(namespace);
  await waitFor(() => isServed(namespace), { what: 'the namespace to be served' });
  await waitFor(() => isToldOf(namespace), { what: 'gauges of the namespace' });

  const gate = await own.workflow.start(GATE_WORKFLOW_TYPE, {
    workflowId: gateWorkflowId(`big-${unique}`),
    taskQueue: 'nobody',
  });
  await waitFor(async () => (await own.workflow.count("ExecutionStatus = 'Running'")).count === 1);
  left.length = 0;
  registry.set(tenantsOn({ here: 'pooled', [`big-${unique}`]: 'queue' }));
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(left).toEqual([]);
  await gate.terminate();
  await waitFor(() => left.length === 1, { what: 'the namespace to be left' });
  expect(left).toEqual([namespace]);
  await waitFor(async () => !(await isToldOf(namespace)), { what: 'the gauges of the namespace to be gone' });
  expect(await isToldOf(`shared-${unique}`)).toBe(true);
  await keeper.stop();
  await connection.close();
});

test('an emergency stop reaches 200 open gates within 5 s, or about as fast as Temporal takes the signals', async () => {
  const unique = randomUUID().slice(0, 8);
  const client = await makeNamespace(`stop-${unique}`);
  const ids = Array.from({ length: 200 }, (_, i) => `t${i}`);
  const registry = memoryFeed(tenantsOn(Object.fromEntries(ids.map((id) => [id, 'pooled']))));
  const gates = createGateClient({ client, logger });
  await Promise.all(
    ids.map((id) =>
      client.workflow.start(GATE_WORKFLOW_TYPE, { workflowId: gateWorkflowId(id), taskQueue: 'nobody' }),
    ),
  );
  const wakes = { awake: () => new Map<string, number>(), subscribe: () => () => undefined };
  const told = new Set<string>();
  const courier = new SettingsCourier({
    registry,
    wakes,
    logger,
    gates: {
      start: (settings) => gates.start(settings),
      configure: async (settings) => {
        const answer = await gates.configure(settings);
        if (answer === 'told' && settings.platformPaused !== undefined) told.add(settings.tenantId);
        return answer;
      },
    },
    sharedNamespace: client.options.namespace,
    // The catching up is not what is measured.
    catchUpPerSecond: 0.001,
  });
  /** How long the same takes without the courier, as many at once as it tells. */
  const msWithoutCourier = async (): Promise<number> => {
    const now = registry.current();
    const slots = createSlots(64);
    const own = performance.now();
    const tell = (tenant: (typeof now.tenants)[number]) =>
      slots.use(() => gates.configure(settingsOf(now, tenant, client.options.namespace)));
    await Promise.all(now.tenants.map(tell));
    return performance.now() - own;
  };
  const beforeMs = await msWithoutCourier();
  courier.start();
  const begun = performance.now();
  registry.set(pausedPlatform(registry.current(), 9));
  await waitFor(() => told.size === ids.length, { timeoutMs: 45_000, what: 'every gate to be told' });
  const tookMs = performance.now() - begun;
  await courier.stop();
  const { events } = await client.workflow.getHandle(gateWorkflowId('t199')).fetchHistory();
  const signals = events?.filter(
    (event) => event.workflowExecutionSignaledEventAttributes?.signalName === 'configure',
  );
  // The first one came before, without the courier.
  expect(signals?.length).toBeGreaterThan(1);
  // The machine may have been slower before or after.
  expect(tookMs).toBeLessThan(Math.max(5_000, 3 * beforeMs, 3 * (await msWithoutCourier())));
}, 120_000);
