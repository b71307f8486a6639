import { NativeConnection } from '@temporalio/worker';
import { silentLogger } from '@vecino/telemetry';
import {
  createTenantWorker,
  installTemporalRuntime,
  loadWorkflowBundle,
  tenantLimits,
} from '@vecino/temporal';
import { watchedConnector, type CallWatcher } from './deadly-connector.js';
import type { KillPlan, WorkerMessage } from './kill-plan.js';
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

function suicide(): CallWatcher {
  let plan: KillPlan | undefined;
  const calls = new Map<string, number>();
  process.on('message', (message: KillPlan) => (plan = message));
  const die = (): void => process.kill(process.pid, 'SIGKILL') as unknown as void;
  const at = (when: 'before' | 'after', routerId: string): void => {
    if (plan?.kind !== 'call' || plan.routerId !== routerId || plan.when !== when) return;
    if (plan.ordinal === calls.get(routerId)) die();
  };
  return {
    before(routerId) {
      calls.set(routerId, (calls.get(routerId) ?? 0) + 1);
      at('before', routerId);
    },
    after(routerId, call) {
      if (plan?.kind === 'after-effect' && plan.routerId === routerId && plan.call === call) die();
      at('after', routerId);
    },
    sent(routerId, bytes) {
      if (plan?.kind === 'mid-install' && plan.routerId === routerId && bytes >= plan.atByte) die();
    },
  };
}

void main(JSON.parse(process.argv[2] ?? '{}') as WorkbenchSettings);
