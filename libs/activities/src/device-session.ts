import type { Clock } from '@vecino/foundation';
import type { DeviceConnection } from '@vecino/gnoi';
import type { Logger } from '@vecino/telemetry';
import type { FaultTally, UpgradeTiming } from '@vecino/upgrade';
import type { UpgradeTarget } from '@vecino/workflows';
import type { EvidenceStore, Finding } from './evidence-store.js';
import type { ImageStore } from './image-store.js';
import type { Polling } from './polling.js';
import type { TenantRules } from './tenant-rules.js';

/** What one attempt of one step works with. */
export interface StepSession {
  readonly target: UpgradeTarget;
  readonly images: ImageStore;
  readonly evidence: EvidenceStore;
  readonly rules: TenantRules;
  readonly clock: Clock;
  readonly log: Logger;
  readonly polling: Polling;
  readonly timing: UpgradeTiming;
  /** Starts at 1. */
  readonly attempt: number;
  /** Faults of the attempts before this one, as far as their heartbeats arrived. */
  readonly tally: FaultTally;
  /** Aborted when the activity is cancelled: by the tenant, by the server, or because the worker stops. */
  readonly signal: AbortSignal;
  /** How far the step is: goes out with the heartbeats, and now and then as a status. */
  report(details: Readonly<Record<string, string>>): void;
  /** As `report`, and sends a heartbeat at once. */
  announce(details: Readonly<Record<string, string>>): void;
  /** Throws when the activity is cancelled, or may have been given to another worker: called right before each call that changes the device. */
  checkpoint(): void;
  /** Rejects when the activity is cancelled. */
  sleep(ms: number): Promise<void>;
}

export interface DeviceSession extends StepSession {
  readonly device: DeviceConnection;
  /** Writes down in the evidence what is too large for the history. Resolves soon, written or not. */
  find(finding: Finding): Promise<void>;
}
