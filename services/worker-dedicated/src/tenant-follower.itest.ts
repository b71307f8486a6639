import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { TenantId } from '@vecino/foundation';
import { memoryFeed } from '@vecino/registry/testing';
import { silentLogger } from '@vecino/telemetry';
import { ownTaskQueueOf, parseRegistry, type Registry, type Route } from '@vecino/tenancy';
import {
  connectTemporalClient,
  createQueueLooks,
  createWorkerFleet,
  ensureNamespace,
  parseTemporalConfig,
  type TemporalClient,
} from '@vecino/temporal';
import { waitFor } from '@vecino/testing';
import { DEPLOYMENT_WORKFLOW_TYPE } from '@vecino/workflows';
import { TenantFollower } from './tenant-follower.js';

const config = parseTemporalConfig(process.env);
const logger = silentLogger;
let outside: TemporalClient;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => (outside = await connectTemporalClient({ config, logger })));
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
afterAll(() => outside.close());

async function makeNamespace(namespace: string): Promise<Client> {
  await ensureNamespace(outside.connection, { namespace });
  return new Client({ connection: outside.connection, namespace });
}

function registryOf(tenantId: string, route: Route | undefined, limits = '{}'): Registry {
  const entry = `{ id: ${tenantId}, tier: premium, route: ${route}, networks: [10.1.0.0/24], limits: ${limits} }`;
  const parsed = parseRegistry(`tenants: [${route === undefined ? '' : entry}]`, { source: 'test' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.registry;
}

/** The follower of one tenant, on the real Temporal; the registry is the test's. */
async function follow(first: Route | undefined) {
  const tenantId = `t-${randomUUID().slice(0, 8)}`;
  const registry = memoryFeed(registryOf(tenantId, first));
  const fleet = createWorkerFleet({ temporal: config, activities: {}, logger, shutdownGraceMs: 200 });
  await fleet.connect();
  const own = new Client({ connection: outside.connection, namespace: `tenant-${tenantId}` });
  const follower = new TenantFollower({
    tenantId: tenantId as TenantId,
    registry,
    fleet,
    looks: createQueueLooks(own),
    sharedNamespace: config.namespace,
    logger,
    lookMs: 100,
  });
  const started = follower.start();
  stops.push(async () => {
    await follower.stop();
    await fleet.stop();
  });
  const taskQueue = ownTaskQueueOf(tenantId);
  return {
    taskQueue,
    started,
    ownNamespace: `tenant-${tenantId}`,
    limits: () => fleet.served().map(({ limits }) => limits.activities),
    places: () => fleet.served().map(({ namespace }) => namespace),
    set: (route: Route | undefined, limits?: string) => registry.set(registryOf(tenantId, route, limits)),
    async isPolled(namespace: string): Promise<boolean> {
      const { pollers } = await outside.connection.workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: taskQueue },
        taskQueueType: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
      });
      return (pollers ?? []).length > 0;
    },
  };
}

test('serves its tenant while it is dedicated, nothing while it is not, and its limits as they change', async () => {
  const one = await follow(undefined);
  await one.started;
  expect(one.places()).toEqual([]);
  one.set('dedicated');
  await waitFor(() => one.isPolled(config.namespace));
  expect(one.limits()).toEqual([10]);
  one.set('dedicated', '{ max_concurrent_activities: 3 }');
  await waitFor(() => one.limits()[0] === 3);
  one.set('queue');
  await waitFor(() => one.places().length === 0);
  one.set('dedicated');
  await waitFor(() => one.places().length === 1);
});

test('a namespace that is made later is served then, and left when nothing runs there any more', async () => {
  const one = await follow('namespace');
  const client = await makeNamespace(one.ownNamespace);
  await one.started;
  await waitFor(() => one.isPolled(one.ownNamespace));
  const deployment = await client.workflow.start(DEPLOYMENT_WORKFLOW_TYPE, {
    workflowId: `deployment/x/${randomUUID()}`,
    taskQueue: one.taskQueue,
    args: [{}],
  });
  await waitFor(async () => (await client.workflow.count("ExecutionStatus = 'Running'")).count === 1);
  one.set('queue');
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(one.places()).toEqual([one.ownNamespace]);
  await deployment.terminate();
  await waitFor(() => one.places().length === 0, { what: 'the namespace to be left' });
});
