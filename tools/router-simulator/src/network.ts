import type { BootImage } from './boot.js';

/** What a router's services can do to its network. */
export interface RouterNetwork {
  /** Breaks all open connections; the router goes on listening. */
  dropConnections(): void;
  /** Schedules the router to go away and to come back rebooted. */
  scheduleReboot(delayMs: number): void;
  cancelReboot(): void;
  /** The router goes away by itself, and comes back rebooted. */
  crash(afterMs: number, boots: BootImage): void;
}
