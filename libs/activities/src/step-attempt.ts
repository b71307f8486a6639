import type { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import {
  ACTIVITY_POLICIES,
  type ActivityPolicy,
  countFault,
  faultTallyOf,
  retry,
  UPGRADE_TIMING,
  type Fault,
  type FaultTally,
  type UpgradeStep,
} from '@vecino/upgrade';
import type { UpgradeTarget } from '@vecino/workflows';
import { type ClaimAttempt, claimByHeartbeat } from './claim-attempt.js';
import type { DeviceActivityDeps } from './device-activity-deps.js';
import { DeviceFault, toApplicationFailure } from './device-fault.js';
import type { StepSession } from './device-session.js';
import { DEFAULT_POLLING } from './polling.js';
import { Pulse } from './pulse.js';
import { signalProgress, StepReporter } from './step-reporter.js';

const HEARTBEAT_EVERY_MS = 1_000;

/** What an attempt's heartbeats carry. */
interface HeartbeatDetails {
  readonly tally: FaultTally;
  readonly progress?: Readonly<Record<string, string>>;
}

/** One attempt of one step. Its heartbeat goes on until it is stopped, and carries the count of faults to the next attempt. */
export class StepAttempt {
  readonly #deps: DeviceActivityDeps;
  readonly #step: UpgradeStep;
  readonly #context: Context;
  readonly #reporter: StepReporter;
  readonly #pulse: Pulse;
  readonly #beating: NodeJS.Timeout;
  #tally: FaultTally;

  constructor(deps: DeviceActivityDeps, step: UpgradeStep, context: Context) {
    this.#deps = deps;
    this.#step = step;
    this.#context = context;
    const { heartbeatDetails, heartbeatTimeoutMs } = context.info;
    const tell = deps.progress ?? signalProgress(context);
    this.#reporter = new StepReporter(step, tell, deps.clock, deps.logger);
    this.#tally = faultTallyOf((heartbeatDetails as Partial<HeartbeatDetails> | undefined)?.tally);
    this.#pulse = new Pulse(heartbeatTimeoutMs);
    this.#beating = setInterval(() => {
      this.#beat();
      // What was reported too soon to be told may be worth it by now.
      this.#reporter.tell();
    }, HEARTBEAT_EVERY_MS);
  }

  /** @throws DeviceFault where another worker is at this step, or may be. */
  async claim(): Promise<void> {
    const claim = this.#deps.claim ?? claimByHeartbeat(this.#context);
    let claimed: Awaited<ReturnType<ClaimAttempt>>;
    try {
      claimed = await claim(this.#details());
    } catch (error) {
      throw workerLost(`nobody says whether another worker is at this step: ${String(error)}`);
    }
    if (claimed === 'lost') throw workerLost('another worker is at this step by now');
  }

  /** A plain object: a device step's session is spread from it. */
  session(target: UpgradeTarget): StepSession {
    const deps = this.#deps;
    const context = this.#context;
    return {
      target,
      images: deps.images,
      evidence: deps.evidence,
      rules: deps.rules,
      clock: deps.clock,
      log: deps.logger,
      polling: deps.polling ?? DEFAULT_POLLING,
      timing: deps.timing ?? UPGRADE_TIMING,
      attempt: context.info.attempt,
      tally: this.#tally,
      signal: context.cancellationSignal,
      report: (details) => this.#reporter.report(details),
      announce: (details) => {
        this.#reporter.report(details);
        this.#beat();
      },
      checkpoint: () => this.#checkpoint(),
      sleep: (ms) => context.sleep(ms),
    };
  }

  /** Counts the fault that ended the attempt. Returns what the activity is to throw. */
  fail(error: unknown): unknown {
    const fault = error instanceof DeviceFault ? error.fault : unexpected(error);
    const policy: ActivityPolicy = ACTIVITY_POLICIES[this.#step];
    const { tally, final } = countFault(this.#tally, fault, policy.retry.maximumFaults);
    this.#tally = tally;
    this.#beat();
    const { code, text } = fault.reason;
    this.#deps.logger.warn({ code, final, reason: text }, 'step failed');
    if (error instanceof DeviceFault) return toApplicationFailure(error, final);
    // What nobody thought of keeps its own type and stack, and names no outcome.
    return final ? ApplicationFailure.fromError(error, { nonRetryable: true }) : error;
  }

  stop(): void {
    clearInterval(this.#beating);
  }

  #beat(): void {
    this.#context.heartbeat(this.#details());
    this.#pulse.beat();
  }

  #details(): HeartbeatDetails {
    const { progress } = this.#reporter;
    return { tally: this.#tally, ...(progress && { progress }) };
  }

  #checkpoint(): void {
    this.#context.cancellationSignal.throwIfAborted();
    if (!this.#pulse.lapsed()) return;
    throw workerLost('the worker stood still: another one may be at this step by now');
  }
}

/** Says nothing of the router: the step's attempts are the limit. */
const workerLost = (text: string): DeviceFault =>
  new DeviceFault(retry('DEVICE_STATE_UNKNOWN', text, { key: 'worker-lost', maxTimes: Infinity }));

/** What nobody thought of is not tried for longer than a fault of the router. */
const unexpected = (error: unknown): Fault =>
  retry('DEVICE_STATE_UNKNOWN', String(error), { key: 'unexpected' });
