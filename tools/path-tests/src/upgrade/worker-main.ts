import { appendFileSync } from 'node:fs';
import { NativeConnection } from '@temporalio/worker';
import { silentLogger } from '@vecino/telemetry';
import {
  createTenantWorker,
  installTemporalRuntime,
  loadWorkflowBundle,
  tenantLimits,
} from '@vecino/temporal';
import { watchedConnector, type CallWatcher } from './deadly-connector.js';
import { OVER_LINE, struckLine, type KillPlan, type WorkerMessage } from './kill-plan.js';
import { deviceActivitiesOf, quickConnector, type WorkbenchSettings } from './workbench.js';

/** A worker as it is shipped, but for its quick waits, that kills itself where the parent process says. Started by `fork`. */
async function main(settings: WorkbenchSettings): Promise<void> {
  installTemporalRuntime(silentLogger);
  const connection = await NativeConnection.connect({ address: settings.address });
  const connect = watchedConnector(quickConnector(settings), suicide());
  const worker = await createTenantWorker({
    connection,
    namespace: settings.namespace,
    taskQueue: settings.taskQueue,
    bundle: await loadWorkflowBundle({ tracing: false }),
    activities: deviceActivitiesOf(settings, connect),
    limits: tenantLimits(10),
    // The next worker takes over at once.
    stickyMs: 500,
    shutdownGraceMs: 0,
  });
  process.once('disconnect', () => worker.shutdown());
  process.once('SIGTERM', () => worker.shutdown());
  tell({ kind: 'ready' });
  await worker.run();
  await connection.close();
  process.exit(0);
}

const tell = (message: WorkerMessage): void => void process.send?.(message);

/** Strikes this process at the moment that the parent process names. */
function suicide(): CallWatcher {
  let plan: KillPlan | undefined;
  let struck: string | undefined;
  /** Calls so far, by router, and by router and name. */
  const calls = new Map<string, number>();
  process.on('message', (message: KillPlan) => (plan = message));
  const count = (key: string): void => void calls.set(key, (calls.get(key) ?? 0) + 1);
  const strike = (call: string, when: string): void => {
    if (plan === undefined || struck !== undefined) return;
    struck = call;
    appendFileSync(plan.report, struckLine(`${when} ${call}`));
    process.kill(process.pid, plan.signal);
  };
  const at = (when: 'before' | 'after', routerId: string, call: string): void => {
    if (plan?.routerId !== routerId) return;
    const { moment } = plan;
    if (moment.kind === 'mid-install' || moment.when !== when) return;
    const strikes =
      moment.kind === 'call'
        ? moment.ordinal === calls.get(routerId)
        : moment.call === call && (moment.nth ?? 1) === calls.get(`${routerId}/${call}`);
    if (strikes) strike(call, when);
  };
  return {
    before(routerId, call) {
      count(routerId);
      count(`${routerId}/${call}`);
      at('before', routerId, call);
    },
    after: (routerId, call) => at('after', routerId, call),
    over(routerId, call) {
      if (plan?.routerId === routerId && struck === call) appendFileSync(plan.report, OVER_LINE);
    },
    sent(routerId, bytes) {
      if (plan?.moment.kind !== 'mid-install' || plan.routerId !== routerId) return;
      if (bytes >= plan.moment.atByte) strike('install', 'amid');
    },
  };
}

void main(JSON.parse(process.argv[2] ?? '{}') as WorkbenchSettings);
