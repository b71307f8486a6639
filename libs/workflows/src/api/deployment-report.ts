import type { EpochMs, PhaseState } from '@vecino/foundation';
import type { UpgradePolicy } from '@vecino/upgrade';
import type { Baseline, ImageDigest, PostcheckResult, UpgradeTarget } from './device-activities.js';
import type { DeploymentOutcome } from './projector-activities.js';

/**
 * What a deployment knows about itself when it ends; with what its steps wrote down (the device calls, the snapshots and
 * their differences, which can be large) it is the evidence.
 */
export interface DeploymentReport {
  readonly target: UpgradeTarget;
  readonly workflowId: string;
  readonly runId: string;
  readonly requestedAt?: EpochMs;
  readonly requestedBy?: string;
  readonly traceparent?: string;
  readonly startedAt: EpochMs;
  readonly endedAt: EpochMs;
  readonly phases: readonly { readonly state: PhaseState; readonly at: EpochMs }[];
  readonly outcome: DeploymentOutcome;
  readonly policy?: UpgradePolicy;
  readonly image?: ImageDigest;
  readonly baseline?: Baseline;
  readonly postcheck?: PostcheckResult;
  /** By the worker's clock, where Reboot was sent. */
  readonly rebootSentAt?: EpochMs;
  /** Of the way back, where there was one. */
  readonly rollback?: { readonly baseline: Baseline; readonly rebootSentAt?: EpochMs };
  /** Commands that were answered, in order. */
  readonly commands: readonly { readonly commandId: string; readonly answer: string; readonly at: EpochMs }[];
}
