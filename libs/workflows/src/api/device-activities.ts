import type { EpochMs } from '@vecino/foundation';
import type { DeviceChange, DeviceSnapshot, UpgradePolicy } from '@vecino/upgrade';
import type { DeploymentReport } from './deployment-report.js';

/** The router and the request an activity works for; checked against the tenant's registry entry again before any call. */
export interface UpgradeTarget {
  readonly tenantId: string;
  readonly deploymentId: string;
  readonly routerId: string;
  readonly routerIp: string;
  /** The version that the step is to bring: on the way back, the old one. */
  readonly softwareVersion: string;
  /** Trace of the request: each line of the log names it. Left out by earlier releases. */
  readonly traceparent?: string;
}

/** How a router's supervisors take an image: one, two that are served by one Install, or two with an Install each. */
export type Supervisors = 'single' | 'together' | 'individual';

/** What the router looked like before Reboot: all that the steps after it judge by. */
export interface Baseline {
  readonly runningVersion: string;
  /** Nanoseconds since the epoch as decimal text; boot time, not uptime, tells whether a router has rebooted. */
  readonly bootTimeNs: string;
  /** The router's own clock at that moment, in the same form; left out where it does not tell. */
  readonly deviceTimeNs?: string;
  /** The same moment by the worker's clock. */
  readonly takenAt: EpochMs;
  readonly supervisors: Supervisors;
  /** Selects the deviations from the specification. */
  readonly manufacturer?: string;
  /** The router has no `no_reboot`: Activate reboots it at once, and is the point of no return. */
  readonly activateReboots: boolean;
}

export type Direction = 'forward' | 'rollback';

export interface StepInput extends UpgradeTarget {
  readonly baseline: Baseline;
  readonly direction: Direction;
}

export interface ImageDigest {
  /** Hex. */
  readonly sha256: string;
  readonly bytes: number;
}

export type PrecheckResult =
  | {
      readonly kind: 'proceed';
      readonly baseline: Baseline;
      /** What postcheck compares with; its size is bounded. */
      readonly snapshot: DeviceSnapshot;
      readonly image: ImageDigest;
      readonly policy: UpgradePolicy;
    }
  | { readonly kind: 'already-running'; readonly baseline: Baseline };

export interface InstallResult {
  /** False when the target already held the image and no content was sent. */
  readonly transferred: boolean;
  readonly bytes: number;
}

/** `not-on-device`: the router does not hold the version. */
export type ArmResult =
  { readonly kind: 'armed' } | { readonly kind: 'not-on-device'; readonly text: string };

export type RebootResult =
  /** `sentAt` is left out where an earlier attempt sent it, or where the router had rebooted by itself. */
  | { readonly kind: 'rebooting'; readonly sentAt?: EpochMs }
  | { readonly kind: 'not-on-device'; readonly text: string };

export interface WaitUpResult {
  readonly bootTimeNs: string;
  /** The router's own clock when it was first seen again; left out where it does not tell. */
  readonly deviceTimeNs?: string;
  readonly upAt: EpochMs;
}

export interface SoakInput extends StepInput {
  readonly policy: UpgradePolicy;
  readonly up: WaitUpResult;
}

export interface PostcheckInput extends SoakInput {
  /** Of before the upgrade. */
  readonly snapshot: DeviceSnapshot;
}

/** Some of many changes: a router that lost everything must not lose its way back for the size of the list. */
export interface ChangeSample {
  readonly count: number;
  /** Fifty at the most; all of them are in the evidence. */
  readonly first: readonly DeviceChange[];
}

export interface PostcheckResult {
  readonly kind: 'healthy' | 'degraded';
  readonly changes: ChangeSample;
  /** Those of `changes` that a required check does not allow. */
  readonly faults: ChangeSample;
  /** Those that a waiver lets pass. */
  readonly waived: ChangeSample;
  /** One sentence about `faults`; empty where there are none. */
  readonly text: string;
}

/**
 * Activities on the tenant's task queue. Faults are ApplicationFailures whose `type` is a `ReasonCode` and whose first
 * detail is a `DeploymentOutcome`; non-retryable ones end the step with that outcome.
 */
export interface DeviceActivities {
  /** Reads what the upgrade will be measured against, and refuses what would make its end unpredictable. Changes nothing. */
  precheck(target: UpgradeTarget): Promise<PrecheckResult>;
  /** Brings the image onto the active supervisor. Safe to repeat. */
  install(input: StepInput): Promise<InstallResult>;
  /** Brings it onto the standby supervisor, where supervisors are individual. Safe to repeat. */
  installStandby(input: StepInput): Promise<InstallResult>;
  /** Activate with `no_reboot` on every supervisor: idempotent while the old version runs. */
  arm(input: StepInput): Promise<ArmResult>;
  /**
   * Takes an `arm` back: what runs is what boots next again, and no reboot is pending. Resolves only when the router runs the
   * baseline's version. Not to be had where Activate itself reboots: throws there.
   */
  disarm(input: StepInput): Promise<void>;
  /**
   * Sends Reboot (Activate, where that is what reboots) at most once: a retry sees a newer boot time or the target version
   * and does not send again.
   */
  reboot(input: StepInput): Promise<RebootResult>;
  waitUp(input: StepInput): Promise<WaitUpResult>;
  /** Resolves when every supervisor that the baseline had runs the version. */
  verify(input: StepInput): Promise<{ readonly runningVersion: string }>;
  /** Resolves when the router has run the version for the policy's soak time without another boot. */
  soak(input: SoakInput): Promise<void>;
  /** Compares the router with what it was before the upgrade, until it is as good or its time to recover is over. */
  postcheck(input: PostcheckInput): Promise<PostcheckResult>;
  /** A new baseline, for the way back. Reads only. */
  rebaseline(target: UpgradeTarget): Promise<Baseline>;
  /** Writes the deployment's evidence; repeating it replaces the document by an equal one. Returns its name in the store. */
  recordEvidence(report: DeploymentReport): Promise<{ readonly reference: string }>;
  /**
   * After a deployment left its router in an unknown state: resolves when the device reports nothing pending, and has been told
   * to boot next what it runs now (Activate with `no_reboot`, where it has that). Throws where it is not, or did not take it.
   */
  confirmIdle(target: UpgradeTarget): Promise<{ readonly runningVersion: string }>;
}
