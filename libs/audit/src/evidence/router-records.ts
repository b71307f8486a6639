import type { EpochMs } from '@vecino/foundation';

/** One call as the router saw it; both times by the clock of all routers. */
export interface RouterCall {
  readonly kind: 'call';
  readonly seq: number;
  readonly router_id: string;
  /** `package.Service/Method`. */
  readonly rpc: string;
  readonly start: EpochMs;
  readonly end: EpochMs;
  /** Whether the router did what it was asked to. */
  readonly accepted: boolean;
  readonly status: string;
  readonly detail: Readonly<Record<string, string | number | boolean>>;
}

/** The router went away or came back. */
export interface RouterPower {
  readonly kind: 'down' | 'up';
  readonly seq: number;
  readonly router_id: string;
  readonly at: EpochMs;
  /** `reboot` where it was ordered over the network. */
  readonly cause: 'reboot' | 'crash' | 'power-off' | 'power-on';
  /** Until it goes down, or from when it is up. */
  readonly running_version: string;
}

/** What the router simulator logs: `LogRecord` of its call log fits. */
export type RouterLogRecord = RouterCall | RouterPower;

/** A router in the end: `RouterSnapshot` of the simulator fits. */
export interface RouterState {
  readonly routerId: string;
  /** Requests name routers by it, too. */
  readonly address: string;
  readonly up: boolean;
  readonly runningVersion: string;
  readonly nextBootVersion: string;
  readonly installing: boolean;
  readonly rebootPending: boolean;
  readonly standby?: { readonly runningVersion: string; readonly nextBootVersion: string };
}

/** A router that its gate lets nobody near, since a deployment left it in an unknown state. */
export interface RouterLock {
  readonly tenantId: string;
  readonly deploymentId: string;
  /** Whether whoever is to look after it was told. */
  readonly alerted: boolean;
}

/** An order to let go of the router of a deployment. */
export interface Unlock {
  readonly tenantId: string;
  readonly deploymentId: string;
}
