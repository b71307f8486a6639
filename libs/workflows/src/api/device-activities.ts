/** The router and the request an activity works for; checked against the tenant's registry entry again before any call. */
export interface UpgradeTarget {
  readonly tenantId: string;
  readonly deploymentId: string;
  readonly routerId: string;
  readonly routerIp: string;
  readonly softwareVersion: string;
}

/** What the router looked like before the upgrade. */
export interface Baseline {
  readonly runningVersion: string;
  /** Nanoseconds since the epoch as decimal text; boot time, not uptime, tells whether a router has rebooted. */
  readonly bootTimeNs: string;
}

export type PrecheckResult =
  | {
      readonly kind: 'proceed';
      readonly baseline: Baseline;
      readonly image: { readonly sha256: string; readonly bytes: number };
    }
  | { readonly kind: 'already-running'; readonly baseline: Baseline };

export interface InstallResult {
  /** False when the target already held the image and no content was sent. */
  readonly transferred: boolean;
  readonly bytes: number;
}

/**
 * Activities on the tenant's task queue. Faults are ApplicationFailures whose `type` is a `ReasonCode` and whose first
 * detail is a `DeploymentOutcome`; non-retryable ones end the deployment with that outcome.
 */
export interface DeviceActivities {
  precheck(target: UpgradeTarget): Promise<PrecheckResult>;
  install(input: UpgradeTarget & { readonly baseline: Baseline }): Promise<InstallResult>;
  /** Activate with `no_reboot`: idempotent while the old version runs. */
  arm(input: UpgradeTarget & { readonly baseline: Baseline }): Promise<void>;
  /** Sends Reboot at most once: a retry sees a newer boot time or the target version and does not send again. */
  reboot(input: UpgradeTarget & { readonly baseline: Baseline }): Promise<{ readonly sent: boolean }>;
  waitUp(input: UpgradeTarget & { readonly baseline: Baseline }): Promise<{ readonly bootTimeNs: string }>;
  verify(
    input: UpgradeTarget & { readonly baseline: Baseline },
  ): Promise<{ readonly runningVersion: string }>;
  /** After a deployment was terminated or timed out: resolves when the device reports nothing pending. */
  confirmIdle(target: UpgradeTarget): Promise<{ readonly runningVersion: string }>;
}
