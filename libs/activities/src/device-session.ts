import type { Clock } from '@vecino/foundation';
import type { DeviceConnection } from '@vecino/gnoi';
import type { Logger } from '@vecino/telemetry';
import type { UpgradeTarget } from '@vecino/workflows';
import type { ImageStore } from './image-store.js';
import type { Polling } from './polling.js';

/** What one attempt of one step works with. */
export interface DeviceSession {
  readonly device: DeviceConnection;
  readonly target: UpgradeTarget;
  readonly images: ImageStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly polling: Polling;
  /** Starts at 1. */
  readonly attempt: number;
  /** Aborted when the activity is cancelled: by the tenant, by the server, or because the worker stops. */
  readonly signal: AbortSignal;
  /** Replaces what the heartbeats carry from now on; they go out each second. */
  progress(details: unknown): void;
  /** As `progress`, and sends one at once. */
  heartbeat(details: unknown): void;
  /** Throws when the activity is cancelled: called right before each call that changes the device. */
  checkpoint(): void;
  /** Rejects when the activity is cancelled. */
  sleep(ms: number): Promise<void>;
}
