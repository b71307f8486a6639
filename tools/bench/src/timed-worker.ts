import { readFileSync } from 'node:fs';
import { silentLogger } from '@vecino/telemetry';
import { parseRegistry, POOL_TASK_QUEUE } from '@vecino/tenancy';
import { createWorkerFleet, parseTemporalConfig, POOL_LIMITS, type QueueAssignment } from '@vecino/temporal';
import { queueOf } from '@vecino/worker';
import { createTimedActivities } from './timed-activities.js';

/**
 * Serves the tenants of the registry as the shipped workers do, with another bundle and activities that only take time.
 * `VECINO_BENCH_BUNDLE`: file of the bundle; `VECINO_BENCH_WORK_MS`, `VECINO_BENCH_WORK_LOG`: see `createTimedActivities`;
 * `VECINO_BENCH_POOL_SLOTS`: activities of the pool at once; `--tenant ID` serves that one only.
 */
async function main(): Promise<void> {
  const { env } = process;
  const file = env['VECINO_TENANTS_FILE'] ?? '';
  const parsed = parseRegistry(readFileSync(file, 'utf8'), { source: file });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  const temporal = parseTemporalConfig(env);
  const activities = createTimedActivities(
    Number(env['VECINO_BENCH_WORK_MS'] ?? 0),
    env['VECINO_BENCH_WORK_LOG'] ?? '',
  );
  const code = readFileSync(env['VECINO_BENCH_BUNDLE'] ?? '', 'utf8');
  const fleet = createWorkerFleet({
    temporal,
    activities,
    logger: silentLogger,
    loadBundle: () => Promise.resolve({ code }),
    shutdownGraceMs: 100,
  });
  const only = process.argv.includes('--tenant') ? process.argv.at(-1) : undefined;
  const tenants = parsed.registry.tenants.filter(({ id }) => only === undefined || id === only);
  const own = tenants.filter(({ route }) => route !== 'pooled');
  const poolSlots = Number(env['VECINO_BENCH_POOL_SLOTS'] ?? POOL_LIMITS.activities);
  const pool: QueueAssignment = {
    namespace: temporal.namespace,
    taskQueue: POOL_TASK_QUEUE,
    limits: { ...POOL_LIMITS, activities: poolSlots },
  };
  await fleet.assign([
    ...own.map((tenant) => queueOf(tenant, temporal.namespace)),
    ...(own.length < tenants.length ? [pool] : []),
  ]);
  process.once('SIGTERM', () => void fleet.stop().finally(() => process.exit(0)));
  process.stdout.write(`${JSON.stringify({ msg: 'ready' })}\n`);
}

void main();
