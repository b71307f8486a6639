import type { EpochMs, TraceHeaders, WaitCause } from '@vecino/foundation';
import type { UpgradeTarget } from './device-activities.js';

/** Argument of `NetworkDeploymentWorkflow`; statuses carry all of its trace. */
export interface DeploymentInput extends UpgradeTarget, TraceHeaders {
  readonly tier: string;
  readonly statusFormat: 'avro' | 'json';
  readonly requestedAt?: EpochMs;
  readonly requestedBy?: string;
  /** Id of the deployment that this one repeats. */
  readonly retryOf?: string;
  /** Set where the deployment starts as soon as it is accepted: it then reports ACCEPTED itself, before STARTED. */
  readonly acceptedAt?: EpochMs;
  /** When Kafka took the request, and what made it wait: for metrics. Left out by gates of earlier releases. */
  readonly taken?: { readonly at: EpochMs; readonly waitCause: WaitCause };
  /** Tests only. */
  readonly tuning?: DeploymentTuning;
}

export interface DeploymentTuning {
  /** Replaces the heartbeat timeout of every step, so that a killed worker is missed sooner. */
  readonly heartbeatMs?: number;
  /** Replaces the longest pause between two attempts of a step. */
  readonly maximumIntervalMs?: number;
}
