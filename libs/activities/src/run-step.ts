import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Clock } from '@vecino/foundation';
import { VecinoError } from '@vecino/foundation';
import { withLogFields, type Logger } from '@vecino/telemetry';
import {
  ACTIVITY_POLICIES,
  type ActivityPolicy,
  countFault,
  faultTallyOf,
  retry,
  stop,
  UPGRADE_TIMING,
  type Fault,
  type FaultTally,
  type UpgradeStep,
  type UpgradeTiming,
} from '@vecino/upgrade';
import type { UpgradeTarget } from '@vecino/workflows';
import { countingCalls } from './call-metrics.js';
import { CallRecorder } from './call-recorder.js';
import { CallSpans } from './call-spans.js';
import type { DeviceConnector } from './device-connector.js';
import { type ClaimAttempt, claimByHeartbeat } from './claim-attempt.js';
import { DeviceFault, toApplicationFailure } from './device-fault.js';
import type { DeviceSession, StepSession } from './device-session.js';
import type { EvidenceStore } from './evidence-store.js';
import type { ImageStore } from './image-store.js';
import { DEFAULT_POLLING, type Polling } from './polling.js';
import { signalProgress, StepReporter, type TellProgress } from './step-reporter.js';
import { Pulse } from './pulse.js';
import type { RouterAccessPolicy } from './router-access.js';
import type { TenantRules } from './tenant-rules.js';

export interface DeviceActivityDeps {
  readonly connect: DeviceConnector;
  readonly images: ImageStore;
  readonly evidence: EvidenceStore;
  readonly access: RouterAccessPolicy;
  readonly rules: TenantRules;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly polling?: Polling;
  readonly timing?: UpgradeTiming;
  /** Default: a signal to the activity's own workflow. */
  readonly progress?: TellProgress;
  /** Default: a heartbeat of the activity. */
  readonly claim?: ClaimAttempt;
}

/** Steps that change the router. */
const CHANGING: readonly UpgradeStep[] = [
  'install',
  'installStandby',
  'arm',
  'disarm',
  'reboot',
  'confirmIdle',
];

const HEARTBEAT_EVERY_MS = 1_000;

/** What an attempt's heartbeats carry. */
interface HeartbeatDetails {
  readonly tally: FaultTally;
  readonly progress?: Readonly<Record<string, string>>;
}

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
  const { attempt, heartbeatDetails } = context.info;
  const fields = {
    tenant_id: target.tenantId,
    router_id: target.routerId,
    deployment_id: target.deploymentId,
    activity: step,
    attempt,
  };
  return withLogFields(fields, async () => {
    const reporter = new StepReporter(
      step,
      deps.progress ?? signalProgress(context),
      deps.clock,
      deps.logger,
    );
    let tally = faultTallyOf((heartbeatDetails as Partial<HeartbeatDetails> | undefined)?.tally);
    const pulse = new Pulse(context.info.heartbeatTimeoutMs);
    const beat = (): void => {
      const { progress } = reporter;
      context.heartbeat({
        tally,
        ...(progress === undefined ? {} : { progress }),
      } satisfies HeartbeatDetails);
      pulse.beat();
    };
    const beating = setInterval(() => {
      beat();
      // What was reported too soon to be told may be worth it by now.
      reporter.tell();
    }, HEARTBEAT_EVERY_MS);
    try {
      if (CHANGING.includes(step)) await claimAttempt(deps.claim ?? claimByHeartbeat(context), { tally });
      return await work({
        target,
        images: deps.images,
        evidence: deps.evidence,
        rules: deps.rules,
        clock: deps.clock,
        log: deps.logger,
        polling: deps.polling ?? DEFAULT_POLLING,
        timing: deps.timing ?? UPGRADE_TIMING,
        attempt,
        tally,
        signal: context.cancellationSignal,
        report: (details) => reporter.report(details),
        announce: (details) => {
          reporter.report(details);
          beat();
        },
        checkpoint: () => {
          context.cancellationSignal.throwIfAborted();
          if (!pulse.lapsed()) return;
          const text = 'the worker stood still: another one may be at this step by now';
          throw new DeviceFault(workerLost(text));
        },
        sleep: (ms) => context.sleep(ms),
      });
    } catch (error) {
      // A fault that only shows that the activity was cancelled is not the router's.
      context.cancellationSignal.throwIfAborted();
      const fault = error instanceof DeviceFault ? error.fault : unexpected(error);
      const policy: ActivityPolicy = ACTIVITY_POLICIES[step];
      const counted = countFault(tally, fault, policy.retry.maximumFaults);
      tally = counted.tally;
      beat();
      const { code, text } = fault.reason;
      deps.logger.warn({ code, final: counted.final, reason: text }, 'step failed');
      if (error instanceof DeviceFault) throw toApplicationFailure(error, counted.final);
      // What nobody thought of keeps its own type and stack, and names no outcome.
      throw counted.final ? ApplicationFailure.fromError(error, { nonRetryable: true }) : error;
    } finally {
      clearInterval(beating);
    }
  });
}

/** @throws DeviceFault where another worker is at this step, or may be. */
async function claimAttempt(claim: ClaimAttempt, details: HeartbeatDetails): Promise<void> {
  let claimed: Awaited<ReturnType<ClaimAttempt>>;
  try {
    claimed = await claim(details);
  } catch (error) {
    const text = `nobody says whether another worker is at this step: ${String(error)}`;
    throw new DeviceFault(workerLost(text));
  }
  if (claimed === 'lost') throw new DeviceFault(workerLost('another worker is at this step by now'));
}

/** Says nothing of the router: the step's attempts are the limit. */
const workerLost = (text: string): Fault =>
  retry('DEVICE_STATE_UNKNOWN', text, { key: 'worker-lost', maxTimes: Infinity });

/** What nobody thought of is not tried for longer than a fault of the router. */
const unexpected = (error: unknown): Fault =>
  retry('DEVICE_STATE_UNKNOWN', String(error), { key: 'unexpected' });

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
