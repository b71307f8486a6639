import { groupBy } from '@vecino/foundation';
import type { RouterCall, RouterLogRecord, RouterPower } from './evidence/router-records.js';

/** A time in which a router was being changed. */
export interface RouterChange {
  readonly call: RouterCall;
  readonly from: number;
  /** Of what rebooted it: when it was back; Infinity where it never was. */
  readonly to: number;
  /** When it went down for good; only where it never came back. */
  readonly lostAt?: number;
  /** Which reboot this is; undefined where it rebooted nothing. */
  readonly reboots?: Reboot;
}

export interface Reboot {
  /** As the order says it; undefined where an Activate rebooted the router, which names nobody. */
  readonly deploymentId?: string;
  /** `forward` or `rollback`, or the version of an Activate. */
  readonly direction: string;
}

/** What changed each router, by its beginning, as its log tells: calls that the device refused are no changes. */
export const changesOf = (log: readonly RouterLogRecord[]): ReadonlyMap<string, readonly RouterChange[]> =>
  new Map(
    [...groupBy(log, ({ router_id }) => router_id)].map(([router, records]) => {
      const reader = new LogReader();
      for (const record of records) reader.read(record);
      return [router, reader.changes.toSorted((a, b) => a.from - b.from)];
    }),
  );

type Draft = { -readonly [K in keyof RouterChange]: RouterChange[K] };

/** Reads the log of one router in its order. */
class LogReader {
  readonly changes: Draft[] = [];
  /** Until the router is back. */
  #rebooting: Draft | undefined;
  /** The last Activate since the last boot. */
  #activated: Draft | undefined;

  read(record: RouterLogRecord): void {
    switch (record.kind) {
      case 'call':
        return this.#called(record);
      case 'down':
        return this.#wentDown(record);
      case 'up':
        return this.#cameUp(record.at);
    }
  }

  #called(call: RouterCall): void {
    const method = methodOf(call);
    if (method === 'CancelReboot' && call.accepted) this.#cameUp(call.end);
    if (!isChange(call)) return;
    const change: Draft = { call, from: call.start, to: call.end };
    this.changes.push(change);
    if (method === 'Activate') this.#activated = change;
    // A standby supervisor's reboot does not take the router away.
    if (method === 'Reboot' && !('component' in call.detail)) this.#reboots(change, rebootOf(call));
  }

  #reboots(change: Draft, reboots: Reboot): void {
    this.#rebooting = change;
    change.to = Infinity;
    change.reboots = reboots;
  }

  #wentDown({ cause, at }: RouterPower): void {
    if (cause === 'reboot' && this.#rebooting === undefined && this.#activated !== undefined)
      this.#reboots(this.#activated, { direction: String(this.#activated.call.detail['version']) });
    if (this.#rebooting !== undefined) this.#rebooting.lostAt = at;
    this.#activated = undefined;
  }

  #cameUp(at: number): void {
    if (this.#rebooting !== undefined) {
      this.#rebooting.to = at;
      delete this.#rebooting.lostAt;
    }
    this.#rebooting = undefined;
  }
}

export const methodOf = ({ rpc }: RouterCall): string => rpc.slice(rpc.lastIndexOf('/') + 1);

/** An Install that was broken off has changed the router too, once content had arrived. */
export function isChange(call: RouterCall): boolean {
  switch (methodOf(call)) {
    case 'Install':
      return call.accepted || call.detail['transferred'] === true;
    case 'Activate':
    case 'Reboot':
      return call.accepted;
    default:
      return false;
  }
}

const MESSAGE = /^vecino deployment (\S+) (forward|rollback)$/;

function rebootOf({ detail }: RouterCall): Reboot {
  const [, deploymentId, direction] = MESSAGE.exec(String(detail['message'])) ?? [];
  return deploymentId === undefined || direction === undefined
    ? { direction: String(detail['message']) }
    : { deploymentId, direction };
}
