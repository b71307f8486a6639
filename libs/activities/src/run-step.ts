import { Context } from '@temporalio/activity';
import type { Clock } from '@vecino/foundation';
import { VecinoError } from '@vecino/foundation';
import { withLogFields, type Logger } from '@vecino/telemetry';
import { stop, type UpgradeStep } from '@vecino/upgrade';
import type { UpgradeTarget } from '@vecino/workflows';
import type { DeviceConnector } from './device-connector.js';
import { DeviceFault, toApplicationFailure } from './device-fault.js';
import type { DeviceSession } from './device-session.js';
import type { ImageStore } from './image-store.js';
import { DEFAULT_POLLING, type Polling } from './polling.js';
import type { RouterAccessPolicy } from './router-access.js';

export interface DeviceActivityDeps {
  readonly connect: DeviceConnector;
  readonly images: ImageStore;
  readonly access: RouterAccessPolicy;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly polling?: Polling;
}

const HEARTBEAT_EVERY_MS = 1_000;

/**
 * Runs one step as the current activity: asks whether the tenant may still reach the router, connects, keeps the heartbeat
 * going, and turns a classified fault into the failure that Temporal and the workflow understand.
 */
export async function runStep<T>(
  deps: DeviceActivityDeps,
  step: UpgradeStep,
  target: UpgradeTarget,
  work: (session: DeviceSession) => Promise<T>,
): Promise<T> {
  const context = Context.current();
  const fields = {
    tenant_id: target.tenantId,
    router_id: target.routerId,
    deployment_id: target.deploymentId,
    activity: step,
    attempt: context.info.attempt,
  };
  return withLogFields(fields, async () => {
    let details: unknown;
    const beat = setInterval(() => context.heartbeat(details), HEARTBEAT_EVERY_MS);
    let device: DeviceSession['device'] | undefined;
    try {
      device = dial(deps, target, step);
      return await work({
        device,
        target,
        images: deps.images,
        clock: deps.clock,
        log: deps.logger,
        polling: deps.polling ?? DEFAULT_POLLING,
        attempt: context.info.attempt,
        signal: context.cancellationSignal,
        progress: (latest) => (details = latest),
        heartbeat: (latest) => context.heartbeat((details = latest)),
        checkpoint: () => context.cancellationSignal.throwIfAborted(),
        sleep: (ms) => context.sleep(ms),
      });
    } catch (error) {
      // A fault that only shows that the activity was cancelled is not the router's.
      context.cancellationSignal.throwIfAborted();
      if (!(error instanceof DeviceFault)) throw error;
      const failure = toApplicationFailure(error, context.info.attempt);
      deps.logger.warn(
        { code: error.code, final: failure.nonRetryable, reason: error.message },
        'step failed',
      );
      throw failure;
    } finally {
      clearInterval(beat);
      device?.close();
    }
  });
}

function dial(
  deps: DeviceActivityDeps,
  { tenantId, routerId, routerIp }: UpgradeTarget,
  step: UpgradeStep,
): DeviceSession['device'] {
  const access = deps.access.check(tenantId, routerId, routerIp);
  if (!access.allowed) {
    // Only what has not begun can be rejected.
    const end = step === 'precheck' ? 'REJECTED' : 'FAILED';
    throw new DeviceFault(stop(access.reason.code, access.reason.text, end));
  }
  const { port, tls, serverName } = access;
  try {
    return deps.connect({ address: routerIp, port, tls, serverName });
  } catch (error) {
    if (!(error instanceof VecinoError)) throw error;
    throw new DeviceFault(stop('DEVICE_UNREACHABLE', error.message));
  }
}
