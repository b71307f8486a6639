import { readFileSync } from 'node:fs';
import { healthAddress, serveMetrics } from '@vecino/lifecycle';
import { DEFAULT_MAX_TENANTS, silentLogger, startTelemetry } from '@vecino/telemetry';
import { parseRegistry, taskQueueOf } from '@vecino/tenancy';
import {
  connectTemporalWorker,
  createTenantWorker,
  installTemporalRuntime,
  loadWorkflowBundle,
  parseTemporalConfig,
  tenantLimits,
} from '@vecino/temporal';
import { DEFAULT_UPGRADE_POLICY, type DeviceSnapshot } from '@vecino/upgrade';
import {
  type Baseline,
  type DeviceActivities,
  evidenceReference,
  PROJECTOR_TASK_QUEUE,
} from '@vecino/workflows';

const baseline: Baseline = {
  runningVersion: '1.0.0',
  bootTimeNs: '1',
  takenAt: 0,
  supervisors: 'single',
  activateReboots: false,
};
const snapshot: DeviceSnapshot = {
  takenAt: 0,
  version: '1.0.0',
  bootTimeNs: '1',
  standby: { kind: 'not-reported' },
};

/** Every step of an upgrade, done at once: what is left is the cost of the platform. */
const deviceActivities: DeviceActivities = {
  precheck: async () => ({
    kind: 'proceed',
    baseline,
    snapshot,
    image: { sha256: '0', bytes: 0 },
    policy: { ...DEFAULT_UPGRADE_POLICY, soakSeconds: 0 },
  }),
  install: async () => ({ transferred: false, bytes: 0 }),
  installStandby: async () => ({ transferred: false, bytes: 0 }),
  arm: async () => ({ kind: 'armed' }),
  disarm: async () => undefined,
  reboot: async () => ({ kind: 'rebooting' }),
  waitUp: async () => ({ bootTimeNs: '2', upAt: 0 }),
  verify: async ({ softwareVersion }) => ({ runningVersion: softwareVersion }),
  soak: async () => undefined,
  postcheck: async () => ({
    kind: 'healthy',
    changes: { count: 0, first: [] },
    faults: { count: 0, first: [] },
    waived: { count: 0, first: [] },
    text: '',
  }),
  rebaseline: async () => baseline,
  recordEvidence: async ({ target }) => ({
    reference: evidenceReference(target.tenantId, target.deploymentId),
  }),
  confirmIdle: async () => ({ runningVersion: '1.0.0' }),
};

/** Spans and metrics by the variables that the services have too. */
async function seen() {
  const address = process.env['VECINO_METRICS_ADDRESS'];
  const telemetry = startTelemetry({
    serviceName: 'vecino-bench-worker',
    env: process.env,
    metrics: { scraped: address !== undefined, maxTenants: DEFAULT_MAX_TENANTS },
  });
  const { scrape } = telemetry;
  if (address === undefined || scrape === undefined) return { ...telemetry, metricsAddress: undefined };
  const { address: metricsAddress } = await serveMetrics(healthAddress.parse(address), scrape);
  return { ...telemetry, metricsAddress };
}

/** Runs the real workflows of every tenant of the registry; with `--publish-nothing` also stands in for the projector. */
async function main(): Promise<void> {
  const { tracing, metricsAddress, shutdown } = await seen();
  installTemporalRuntime(silentLogger);
  const file = process.env['VECINO_TENANTS_FILE'] ?? '';
  const parsed = parseRegistry(readFileSync(file, 'utf8'), { source: file });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  const config = parseTemporalConfig(process.env);
  const connection = await connectTemporalWorker({ config, logger: silentLogger });
  const bundle = await loadWorkflowBundle({ tracing: tracing !== undefined });
  const common = { connection, namespace: config.namespace, ...(tracing && { tracing }) };
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
  process.stdout.write(`${JSON.stringify({ msg: 'ready', metrics_address: metricsAddress })}\n`);
  await Promise.all(workers.map((worker) => worker.run()));
  await connection.close();
  await shutdown();
  process.exit(0);
}

void main();
