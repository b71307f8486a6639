import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { silentLogger } from '@vecino/telemetry';
import { parseRegistry, POOL_TASK_QUEUE } from '@vecino/tenancy';
import { createWorkerFleet, parseTemporalConfig, POOL_LIMITS, type QueueAssignment } from '@vecino/temporal';
import { queueOf } from '@vecino/worker';
import { createTimedActivities } from './timed-activities.js';

/**
 * Serves the tenants of the registry as the shipped workers do, but always, with another bundle and activities that only
 * take time. `--bundle`: file of the bundle; `--work-ms` and `--work-log`: see `createTimedActivities`; `--pool-slots`:
 * activities of the pool at once; `--tenant`: serves that one only.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      bundle: { type: 'string', default: '' },
      'work-ms': { type: 'string', default: '0' },
      'work-log': { type: 'string', default: '' },
      'pool-slots': { type: 'string', default: String(POOL_LIMITS.activities) },
      tenant: { type: 'string' },
    },
  });
  const file = process.env['VECINO_TENANTS_FILE'] ?? '';
  const parsed = parseRegistry(readFileSync(file, 'utf8'), { source: file });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  const temporal = parseTemporalConfig(process.env);
  const activities = createTimedActivities(Number(values['work-ms']), values['work-log']);
  const code = readFileSync(values.bundle, 'utf8');
  const fleet = createWorkerFleet({
    temporal,
    activities,
    logger: silentLogger,
    loadBundle: () => Promise.resolve({ code }),
    shutdownGraceMs: 100,
  });
  const tenants = parsed.registry.tenants.filter(
    ({ id }) => values.tenant === undefined || id === values.tenant,
  );
  const own = tenants.filter(({ route }) => route !== 'pooled');
  const pool: QueueAssignment = {
    namespace: temporal.namespace,
    taskQueue: POOL_TASK_QUEUE,
    limits: { ...POOL_LIMITS, activities: Number(values['pool-slots']) },
  };
  await fleet.assign([
    ...own.map((tenant) => queueOf(tenant, temporal.namespace)),
    ...(own.length < tenants.length ? [pool] : []),
  ]);
  process.once('SIGTERM', () => void fleet.stop().finally(() => process.exit(0)));
  process.stdout.write(`${JSON.stringify({ msg: 'ready' })}\n`);
}

void main();
