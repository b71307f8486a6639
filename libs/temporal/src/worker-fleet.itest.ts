import { randomUUID } from 'node:crypto';
import { activityInfo, cancelled } from '@temporalio/activity';
import { createLogger, type LogFields, silentLogger } from '@vecino/telemetry';
import { createLink } from '../fixtures/link.js';
import {
  compute,
  type LongTurnWorkflow,
  type NetworkDeploymentWorkflow,
} from '../fixtures/throwaway-workflows.js';
import { connectTemporalClient, type TemporalClient } from './connect.js';
import { parseTemporalConfig } from './temporal-config.js';
import { tenantLimits } from './tenant-worker.js';
import { createWorkerFleet, type QueueAssignment, type WorkerFleetOptions } from './worker-fleet.js';
import { bundleWorkflows, type WorkflowBundle } from './workflow-bundle.js';

const config = parseTemporalConfig(process.env);
const target = { tenantId: 'chogar', deploymentId: 'd-1', routerId: 'r1' };

let temporal: TemporalClient;
let bundle: WorkflowBundle;

beforeAll(async () => {
  temporal = await connectTemporalClient({ config, logger: silentLogger });
  bundle = await bundleWorkflows({
    tracing: false,
    workflowsPath: require.resolve('../fixtures/throwaway-workflows.ts'),
  });
});
afterAll(() => temporal.close());

const logs: Record<string, unknown>[] = [];
let onLog = (): void => {};
const logger = createLogger({
  service: 'worker',
  level: 'debug',
  destination: {
    write: (line) => {
      logs.push(JSON.parse(line));
      onLog();
    },
  },
});
/** Resolves when a line with these fields has been written. */
const logged = (fields: LogFields): Promise<void> =>
  new Promise((resolve) => {
    const check = (): void => {
      const found = logs.some((line) => Object.entries(fields).every(([key, value]) => line[key] === value));
      if (found) resolve();
    };
    onLog = check;
    check();
  });

const newQueue = (): QueueAssignment => ({
  namespace: config.namespace,
  taskQueue: `fleet-${randomUUID()}`,
  limits: tenantLimits(10),
  tenantId: 'chogar',
});
const fleetOf = (options: Partial<WorkerFleetOptions>) =>
  createWorkerFleet({
    temporal: config,
    activities: { precheck: () => Promise.resolve('fine') },
    logger,
    loadBundle: () => Promise.resolve(bundle),
    ...options,
  });
const deploy = ({ taskQueue }: QueueAssignment) =>
  temporal.client.workflow.start<typeof NetworkDeploymentWorkflow>('NetworkDeploymentWorkflow', {
    taskQueue,
    workflowId: `deployment/chogar/${randomUUID()}`,
    args: [target],
    workflowExecutionTimeout: '60 s',
  });

test('serves several queues, takes a new one and drops one while it runs', async () => {
  const [first, second, third] = [newQueue(), newQueue(), newQueue()];
  const fleet = fleetOf({});
  await fleet.assign([first, second]);
  for (const queue of [first, second]) expect(await (await deploy(queue)).result()).toBe('fine');

  await fleet.assign([second, third]);
  expect(await (await deploy(third)).result()).toBe('fine');
  const unserved = await deploy(first);
  expect(await (await deploy(second)).result()).toBe('fine');
  expect((await unserved.describe()).historyLength).toBeLessThan(3);
  await unserved.terminate();
  await fleet.stop();
});

/** After 5 s in one turn the SDK by itself would have the workflow's thread cut off, which ends the whole process. */
test('goes on after a turn that took longer than a turn should', async () => {
  const [queue, turnMs, tried, from] = [newQueue(), 6_000, 20_000_000, performance.now()];
  compute(tried);
  const rounds = Math.ceil((tried * turnMs) / (performance.now() - from));
  const fleet = fleetOf({});
  await fleet.assign([queue]);
  const run = await temporal.client.workflow.start<typeof LongTurnWorkflow>('LongTurnWorkflow', {
    taskQueue: queue.taskQueue,
    workflowId: `long-turn-${randomUUID()}`,
    args: [rounds],
    workflowTaskTimeout: '110 s',
  });
  expect(await run.result()).toBe('fine');
  expect((await run.fetchHistory()).events?.some((event) => event.workflowTaskFailedEventAttributes)).toBe(
    false,
  );
  await fleet.stop();
}, 150_000);

test('waits for Temporal at the start, says so, and outlives an outage', async () => {
  const link = await createLink(config.address);
  const queue = newQueue();
  const fleet = fleetOf({ temporal: { ...config, address: link.address } });
  const assigned = fleet.assign([queue]);
  await logged({ level: 'warn', code: 'TEMPORAL_UNAVAILABLE', temporal_address: link.address });
  await link.mend();
  await assigned;
  expect(await (await deploy(queue)).result()).toBe('fine');

  await link.cut();
  const meanwhile = await deploy(queue);
  await link.mend();
  expect(await meanwhile.result()).toBe('fine');
  await fleet.stop();
  await link.cut();
});

test('stops while it still waits for Temporal', async () => {
  const link = await createLink(config.address);
  const fleet = fleetOf({ temporal: { ...config, address: link.address } });
  const assigned = fleet.assign([newQueue()]);
  await Promise.all([expect(assigned).rejects.toMatchObject({ name: 'AbortError' }), fleet.stop()]);
});

test('a namespace that is missing is waited for, without harm to the other queues', async () => {
  const present = newQueue();
  const fleet = fleetOf({});
  const assigned = fleet.assign([present, { ...newQueue(), namespace: 'not-there', tenantId: 'amovil' }]);
  await logged({ level: 'error', code: 'NAMESPACE_NOT_FOUND', tenant_id: 'amovil' });
  expect(await (await deploy(present)).result()).toBe('fine');
  const faults = fleet.standing().map(({ queue, fault }) => [queue.namespace, fault]);
  expect(faults).toEqual([
    [present.namespace, undefined],
    ['not-there', expect.stringContaining('the Temporal namespace does not exist')],
  ]);
  expect(await fleet.fault()).toBeUndefined();
  await fleet.stop();
  await assigned;
});

test('a stop lets a running activity finish', async () => {
  const queue = newQueue();
  const events: string[] = [];
  let started = (): void => {};
  const running = new Promise<void>((resolve) => (started = resolve));
  let finish = (): void => {};
  const fleet = fleetOf({
    shutdownGraceMs: 10_000,
    activities: {
      precheck: async () => {
        started();
        await new Promise<void>((resolve) => (finish = resolve));
        events.push('activity finished');
        return 'fine';
      },
    },
  });
  await fleet.assign([queue]);
  const deployment = await deploy(queue);
  await running;
  const stopped = fleet.stop().then(() => events.push('stopped'));
  finish();
  await stopped;
  expect(events).toEqual(['activity finished', 'stopped']);
  await deployment.terminate();
});

test('past its grace, an activity is cancelled', async () => {
  const queue = newQueue();
  let started = (): void => {};
  const running = new Promise<void>((resolve) => (started = resolve));
  const fleet = fleetOf({
    shutdownGraceMs: 50,
    activities: {
      precheck: () => {
        started();
        return cancelled();
      },
    },
  });
  await fleet.assign([queue]);
  const deployment = await deploy(queue);
  await running;
  await fleet.stop();
  await deployment.terminate();
});

test('tenant, router and deployment are in the lines of workflow and activity', async () => {
  const queue = newQueue();
  const seen: string[] = [];
  const fleet = fleetOf({
    activities: {
      precheck: () => {
        logger.info({}, 'by the own logger');
        seen.push(activityInfo().activityType);
        return Promise.resolve('fine');
      },
    },
  });
  await fleet.assign([queue]);
  const deployment = await deploy(queue);
  await deployment.result();
  await logged({
    msg: 'by the own logger',
    tenant_id: 'chogar',
    router_id: 'r1',
    deployment_id: 'd-1',
    activity: 'precheck',
  });
  await logged({ msg: 'deployment starts', tenant_id: 'chogar', workflowId: deployment.workflowId });
  await fleet.stop();
});
