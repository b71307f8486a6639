import type { EpochMs } from '@vecino/foundation';
import type { Standby } from './device-outcome.js';

/** An alarm of `/system/alarms`. */
export interface Alarm {
  readonly id: string;
  /** The identity's name without its module, such as `CRITICAL`. */
  readonly severity: string;
  readonly text: string;
  readonly resource: string;
}

/**
 * What a router does for others at one moment, as far as an upgrade must not change it. JSON as it stands. A facet that
 * the router does not report is left out: it can be neither compared nor missed.
 */
export interface DeviceSnapshot {
  /** By the worker's clock. */
  readonly takenAt: EpochMs;
  readonly version: string;
  /** Nanoseconds since the epoch as decimal text. */
  readonly bootTimeNs: string;
  readonly standby: Standby;
  /** Names of the interfaces whose oper-status is UP, sorted. */
  readonly interfacesUp?: readonly string[];
  /** `<network instance> <neighbor address>` of the BGP peers that are ESTABLISHED, sorted. */
  readonly peersEstablished?: readonly string[];
  readonly alarms?: readonly Alarm[];
  /** On the file system with the most space. */
  readonly freeBytes?: number;
}
