import type { LogFields } from '@vecino/telemetry';
import type { Check } from './check.js';
import type { Pulse } from './pulse.js';

/** What runs in a process of its own until it is told to end. */
export interface Service {
  /** What it cannot do its work without. Asked from before its start on. */
  readonly checks: readonly Check[];
  /** What turns in it for as long as it lives, whatever is away. */
  readonly pulses: readonly Pulse[];
  /**
   * Resolves when it works, with what its `ready` line says, however long that which it needs stays away. Rejects when it is
   * stopped before, or where waiting cannot help.
   */
  start(): Promise<LogFields>;
  /** Takes nothing new, finishes or gives back what is in hand, and lets go of everything. Rejects where something had to be abandoned. */
  stop(): Promise<void>;
}
