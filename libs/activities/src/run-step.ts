import { Context } from '@temporalio/activity';
import { VecinoError } from '@vecino/foundation';
import { withLogFields } from '@vecino/telemetry';
import { stop, type UpgradeStep } from '@vecino/upgrade';
import type { UpgradeTarget } from '@vecino/workflows';
import { countingCalls } from './call-metrics.js';
import { CallRecorder } from './call-recorder.js';
import { CallSpans } from './call-spans.js';
import type { DeviceActivityDeps } from './device-activity-deps.js';
import { DeviceFault } from './device-fault.js';
import type { DeviceSession, StepSession } from './device-session.js';
import { StepAttempt } from './step-attempt.js';

/** Steps that change the router. */
const CHANGING: readonly UpgradeStep[] = [
  'install',
  'installStandby',
  'arm',
  'disarm',
  'reboot',
  'confirmIdle',
];

/**
 * Runs one step as the current activity: keeps the heartbeat going, and turns a classified fault into the failure that
 * Temporal and the workflow understand.
 */
export async function runStep<T>(
  deps: DeviceActivityDeps,
  step: UpgradeStep,
  target: UpgradeTarget,
  work: (session: StepSession) => Promise<T>,
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
    const attempt = new StepAttempt(deps, step, context);
    try {
      if (CHANGING.includes(step)) await attempt.claim();
      return await work(attempt.session(target));
    } catch (error) {
      // A fault that only shows that the activity was cancelled is not the router's.
      context.cancellationSignal.throwIfAborted();
      throw attempt.fail(error);
    } finally {
      attempt.stop();
    }
  });
}

/** A step that talks to the router: asks whether the tenant may still reach it, connects, and records the calls. */
export function runDeviceStep<T>(
  deps: DeviceActivityDeps,
  step: UpgradeStep,
  target: UpgradeTarget,
  work: (session: DeviceSession) => Promise<T>,
): Promise<T> {
  return runStep(deps, step, target, async (session) => {
    const log = session.evidence.openLog(target);
    const recorder = new CallRecorder(log, { step, attempt: session.attempt }, session);
    let dialled: Dialled | undefined;
    try {
      dialled = dial(deps, target, step, recorder);
      const { device } = dialled;
      return await work({ ...session, device, find: (finding) => recorder.find(finding) });
    } finally {
      dialled?.device.close();
      dialled?.spans.close();
      await recorder.close();
    }
  });
}

interface Dialled {
  readonly device: DeviceSession['device'];
  readonly spans: CallSpans;
}

function dial(
  deps: DeviceActivityDeps,
  { tenantId, routerId, routerIp }: UpgradeTarget,
  step: UpgradeStep,
  recorder: CallRecorder,
): Dialled {
  const access = deps.access.check(tenantId, routerId, routerIp);
  if (!access.allowed) {
    // Only what has not begun can be rejected.
    const end = step === 'precheck' ? 'REJECTED' : 'FAILED';
    throw new DeviceFault(stop(access.reason.code, access.reason.text, end));
  }
  const { port, tls, serverName } = access;
  try {
    const spans = new CallSpans({ address: routerIp, port });
    const hooks = spans.tracing(countingCalls(recorder.hooks, tenantId));
    return { device: deps.connect({ address: routerIp, port, tls, serverName }, hooks), spans };
  } catch (error) {
    if (!(error instanceof VecinoError)) throw error;
    throw new DeviceFault(stop('DEVICE_UNREACHABLE', error.message));
  }
}
