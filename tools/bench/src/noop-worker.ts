import { readFileSync } from 'node:fs';
import { silentLogger } from '@vecino/telemetry';
import { parseRegistry, taskQueueOf } from '@vecino/tenancy';
import {
  connectTemporalWorker,
  createTenantWorker,
  installTemporalRuntime,
  loadWorkflowBundle,
  parseTemporalConfig,
  tenantLimits,
} from '@vecino/temporal';
import { type DeviceActivities, PROJECTOR_TASK_QUEUE } from '@vecino/workflows';

/** Every step of an upgrade, done at once: what is left is the cost of the platform. */
const deviceActivities: DeviceActivities = {
  precheck: async () => ({
    kind: 'proceed',
    baseline: { runningVersion: '1.0.0', bootTimeNs: '1' },
    image: { sha256: '0', bytes: 0 },
  }),
  install: async () => ({ transferred: false, bytes: 0 }),
  arm: async () => undefined,
  reboot: async () => ({ sent: true }),
  waitUp: async () => ({ bootTimeNs: '2' }),
  verify: async ({ softwareVersion }) => ({ runningVersion: softwareVersion }),
  confirmIdle: async () => ({ runningVersion: '1.0.0' }),
};

/** Runs the real workflows of every tenant of the registry; with `--publish-nothing` also stands in for the projector. */
async function main(): Promise<void> {
  installTemporalRuntime(silentLogger);
  const file = process.env['VECINO_TENANTS_FILE'] ?? '';
  const parsed = parseRegistry(readFileSync(file, 'utf8'), { source: file });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  const config = parseTemporalConfig(process.env);
  const connection = await connectTemporalWorker({ config, logger: silentLogger });
  const bundle = await loadWorkflowBundle({ tracing: false });
  const common = { connection, namespace: config.namespace };
  const workers = await Promise.all(
    parsed.registry.tenants.map((tenant) =>
      createTenantWorker({
        ...common,
        taskQueue: taskQueueOf(tenant),
        bundle,
        activities: deviceActivities,
        limits: tenantLimits(tenant.limits.maxConcurrentWorkflows),
      }),
    ),
  );
  if (process.argv.includes('--publish-nothing'))
    workers.push(
      await createTenantWorker({
        ...common,
        taskQueue: PROJECTOR_TASK_QUEUE,
        activities: { publishStatuses: async () => undefined },
        limits: {
          activities: 2_000,
          workflowTasks: 2,
          cachedWorkflows: 0,
          pollers: 5,
          eagerActivities: false,
        },
      }),
    );
  process.once('SIGTERM', () => workers.forEach((worker) => worker.shutdown()));
  process.stdout.write(`${JSON.stringify({ msg: 'ready' })}\n`);
  await Promise.all(workers.map((worker) => worker.run()));
  await connection.close();
  process.exit(0);
}

void main();
