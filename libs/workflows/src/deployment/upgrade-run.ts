import { ApplicationFailure, CancellationScope } from '@temporalio/workflow';
import { rollsBack, type UpgradePolicy } from '@vecino/upgrade';
import type { DeploymentInput } from '../api/deployment-input.js';
import type {
  ArmResult,
  Baseline,
  PrecheckResult,
  RebootResult,
  StepInput,
  UpgradeTarget,
  WaitUpResult,
} from '../api/device-activities.js';
import type { DeploymentReport } from '../api/deployment-report.js';
import type { DeploymentOutcome } from '../api/projector-activities.js';
import { REBOOT_SENT } from '../api/names.js';
import { step } from './activity-proxies.js';
import type { CancelDesk } from './cancel-desk.js';
import { reportOf } from './deployment-failure.js';
import type { PhaseReporter } from './phase-reporter.js';

type Checked = Extract<PrecheckResult, { kind: 'proceed' }>;

/** What a deployment has done to its router so far, at the most. */
type Touch = 'nothing' | 'armed' | 'rebooted';

type Facts = { -readonly [K in keyof DeploymentReport]?: DeploymentReport[K] };

/** The upgrade of one router, step by step: forward, and back where the router is worse off than before. */
export class UpgradeRun {
  readonly #input: DeploymentInput;
  readonly #target: UpgradeTarget;
  readonly #reporter: PhaseReporter;
  readonly #desk: CancelDesk;
  /** For the deployment's report. */
  readonly facts: Facts = {};
  #touch: Touch = 'nothing';
  #forward: StepInput | undefined;

  constructor(input: DeploymentInput, reporter: PhaseReporter, desk: CancelDesk) {
    const { tenantId, deploymentId, routerId, routerIp, softwareVersion, traceparent } = input;
    this.#input = input;
    this.#target = {
      tenantId,
      deploymentId,
      routerId,
      routerIp,
      softwareVersion,
      ...(traceparent === undefined ? {} : { traceparent }),
    };
    this.#reporter = reporter;
    this.#desk = desk;
  }

  get target(): UpgradeTarget {
    return this.#target;
  }

  get touch(): Touch {
    return this.#touch;
  }

  /** Can be cancelled until Reboot is to be sent; from there it goes on to a known state, whatever happens. */
  async run(): Promise<DeploymentOutcome> {
    this.#reporter.enter('PRECHECK');
    const checked = await this.step('precheck')(this.#target);
    this.facts.baseline = checked.baseline;
    if (checked.kind === 'already-running') return alreadyRunning(this.#target, checked.baseline);
    this.facts.image = checked.image;
    this.facts.policy = checked.policy;
    const input: StepInput = { ...this.#target, baseline: checked.baseline, direction: 'forward' };
    this.#forward = input;
    await this.stage(input, checked);
    if (!checked.baseline.activateReboots) {
      this.#touch = 'armed';
      present(await this.step('arm')(input));
      this.#reporter.enter('ARMED');
    }
    this.#desk.passPointOfNoReturn();
    return CancellationScope.nonCancellable(() => this.throughReboot(input, checked));
  }

  /** Makes what the router runs boot next again, after an end before any reboot. Throws where that can't be made sure. */
  async disarm(): Promise<void> {
    if (this.#forward !== undefined) await this.step('disarm')(this.#forward);
  }

  private async stage(input: StepInput, { baseline, image }: Checked): Promise<void> {
    this.#reporter.enter('STAGING', { image_sha256: image.sha256, image_bytes: String(image.bytes) });
    const active = await this.step('install')(input);
    this.#reporter.enter('STAGED', { bytes_sent: String(active.bytes) });
    if (baseline.supervisors !== 'individual') return;
    const standby = await this.step('installStandby')(input);
    this.#reporter.enter('STANDBY_STAGED', { bytes_sent: String(standby.bytes) });
  }

  private async throughReboot(input: StepInput, checked: Checked): Promise<DeploymentOutcome> {
    this.#reporter.enter('REBOOTING');
    const touched = this.#touch;
    this.#touch = 'rebooted';
    const reboot = await this.step('reboot')(input).catch((error: unknown) => {
      if (reportOf(error).details?.[REBOOT_SENT] === 'no') this.#touch = touched;
      throw error;
    });
    if (reboot.kind === 'not-on-device') this.#touch = touched;
    present(reboot);
    if (reboot.kind === 'rebooting' && reboot.sentAt !== undefined) {
      this.facts.rebootSentAt = reboot.sentAt;
      this.#desk.rebootSent(reboot.sentAt);
    }
    this.#reporter.enter('WAIT_UP');
    const up = await this.step('waitUp')(input);
    this.#reporter.enter('VERIFYING', { boot_time_ns: up.bootTimeNs });
    try {
      return await this.prove(input, checked, up);
    } catch (error) {
      const { reason } = reportOf(error);
      if (!checked.policy.rollback || !rollsBack(reason.code)) throw error;
      return this.rollBack(input, reportOf(error));
    }
  }

  /** The router runs the version, keeps running it, and is as good as before. */
  private async prove(
    input: StepInput,
    { snapshot, policy }: Checked,
    up: WaitUpResult,
  ): Promise<DeploymentOutcome> {
    const { baseline } = input;
    const { runningVersion } = await this.step('verify')(input);
    if (policy.soakSeconds > 0) {
      this.#reporter.enter('SOAKING', { soak_seconds: String(policy.soakSeconds) });
      await this.step('soak', policy.soakSeconds)({ ...input, policy, up });
    }
    this.#reporter.enter('POSTCHECK');
    const postcheck = await this.step('postcheck', recoveryOf(policy))({ ...input, policy, up, snapshot });
    this.facts.postcheck = postcheck;
    const details = {
      from_version: baseline.runningVersion,
      to_version: runningVersion,
      boot_time_ns: up.bootTimeNs,
    };
    if (postcheck.kind === 'degraded') {
      throw failure({ state: 'FAILED', reason: { code: 'POSTCHECK_FAILED', text: postcheck.text }, details });
    }
    return {
      state: 'SUCCEEDED',
      reason: { code: 'UPGRADED', text: `the router runs ${runningVersion}` },
      details,
    };
  }

  /** Once: what goes wrong on the way back is for a human. */
  private async rollBack(forward: StepInput, why: DeploymentOutcome): Promise<DeploymentOutcome> {
    const target = { ...this.#target, softwareVersion: forward.baseline.runningVersion };
    this.#reporter.enter('ROLLING_BACK', { to_version: target.softwareVersion }, why.reason);
    let back: { readonly fellBack: boolean };
    try {
      back = await this.goBack(forward, target);
    } catch (error) {
      const text = `${why.reason.text}; the way back failed: ${reportOf(error).reason.text}`;
      const reason = { code: 'ROLLBACK_FAILED', text } as const;
      throw failure({ ...why, state: 'FAILED', reason, routerUnknown: true });
    }
    const details = { ...why.details, running_version: target.softwareVersion };
    if (back.fellBack) {
      const text = `${why.reason.text}; the router went back to ${target.softwareVersion} by itself`;
      throw failure({ state: 'FAILED', reason: { code: 'FELL_BACK', text }, details });
    }
    const text = `${why.reason.text}; the router runs ${target.softwareVersion} again`;
    return { state: 'ROLLED_BACK', reason: { code: why.reason.code, text }, details };
  }

  /** Resolves when the router verifiably runs the old version; `fellBack` where that was not our doing. */
  private async goBack(forward: StepInput, target: UpgradeTarget): Promise<{ readonly fellBack: boolean }> {
    const baseline = await this.step('rebaseline')(target);
    this.facts.rollback = { baseline };
    if (baseline.runningVersion === target.softwareVersion) return { fellBack: true };
    const { supervisors } = forward.baseline;
    if (baseline.supervisors !== supervisors) {
      // To go back without it would leave two versions in one chassis.
      const text = `the supervisors were ${supervisors} and are ${baseline.supervisors}: the standby is away`;
      throw failure({ state: 'FAILED', reason: { code: 'ROLLBACK_FAILED', text } });
    }
    const input: StepInput = { ...target, baseline, direction: 'rollback' };
    const reboot = await this.rebootBack(input);
    if (reboot.sentAt !== undefined) this.facts.rollback = { baseline, rebootSentAt: reboot.sentAt };
    this.#reporter.note({ step: 'waitUp' });
    await this.step('waitUp')(input);
    this.#reporter.note({ step: 'verify' });
    await this.step('verify')(input);
    return { fellBack: false };
  }

  /** A router need not keep its old image: it is installed again where it is gone. */
  private async rebootBack(input: StepInput): Promise<Extract<RebootResult, { kind: 'rebooting' }>> {
    const attempt = async (): Promise<ArmResult | RebootResult> => {
      if (!input.baseline.activateReboots) {
        this.#reporter.note({ step: 'arm' });
        const armed = await this.step('arm')(input);
        if (armed.kind === 'not-on-device') return armed;
      }
      this.#reporter.note({ step: 'reboot' });
      return this.step('reboot')(input);
    };
    let result = await attempt();
    if (result.kind === 'not-on-device') {
      this.#reporter.note({ step: 'install' });
      await this.step('install')(input);
      if (input.baseline.supervisors === 'individual') await this.step('installStandby')(input);
      result = present(await attempt());
    }
    return result as Extract<RebootResult, { kind: 'rebooting' }>;
  }

  private step<S extends Parameters<typeof step>[0]>(name: S, extraSeconds = 0) {
    return step(name, { tuning: this.#input.tuning, extraMs: extraSeconds * 1_000 });
  }
}

/** The router recovers from when it came back, and has soaked meanwhile. */
const recoveryOf = ({ recoverySeconds, soakSeconds }: UpgradePolicy): number =>
  Math.max(0, recoverySeconds - soakSeconds);

/** Refuses a version that the router does not hold although its Install was validated. */
function present<R extends ArmResult | RebootResult>(result: R): Exclude<R, { kind: 'not-on-device' }> {
  if (result.kind === 'not-on-device') {
    throw failure({ state: 'FAILED', reason: { code: 'ACTIVATE_FAILED', text: result.text } });
  }
  return result as Exclude<R, { kind: 'not-on-device' }>;
}

const failure = (outcome: DeploymentOutcome): ApplicationFailure =>
  ApplicationFailure.nonRetryable(outcome.reason.text, outcome.reason.code, outcome);

const alreadyRunning = ({ softwareVersion }: UpgradeTarget, baseline: Baseline): DeploymentOutcome => ({
  state: 'SUCCEEDED',
  reason: {
    code: 'ALREADY_RUNNING',
    text: `the router runs ${softwareVersion} already; it was not rebooted`,
  },
  details: { from_version: baseline.runningVersion, to_version: softwareVersion },
});
