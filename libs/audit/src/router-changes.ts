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

/** What changed each router, as its log tells: calls that the device refused are no changes. */
export const changesOf = (log: readonly RouterLogRecord[]): ReadonlyMap<string, readonly RouterChange[]> =>
  new Map(
    [...groupBy(log, ({ router_id }) => router_id)].map(([router, records]) => [router, read(records)]),
  );

type Draft = { -readonly [K in keyof RouterChange]: RouterChange[K] };

function read(records: readonly RouterLogRecord[]): RouterChange[] {
  const changes: Draft[] = [];
  let rebooting: Draft | undefined;
  let activated: Draft | undefined;
  const reboot = (change: Draft, reboots: Reboot) => {
    rebooting = Object.assign(change, { to: Infinity, reboots });
  };
  for (const record of records) {
    if (record.kind !== 'call') {
      power(record);
      continue;
    }
    const method = methodOf(record);
    if (method === 'CancelReboot' && record.accepted && rebooting !== undefined) {
      rebooting.to = record.end;
      rebooting = undefined;
    }
    if (!isChange(record)) continue;
    const change: Draft = { call: record, from: record.start, to: record.end };
    changes.push(change);
    if (method === 'Activate') activated = change;
    // A standby supervisor's reboot does not take the router away.
    if (method === 'Reboot' && !('component' in record.detail)) reboot(change, rebootOf(record));
  }
  return changes.toSorted((a, b) => a.from - b.from);

  function power({ kind, cause, at }: RouterPower): void {
    if (kind === 'down') {
      if (cause === 'reboot' && rebooting === undefined && activated !== undefined)
        reboot(activated, { direction: String(activated.call.detail['version']) });
      if (rebooting !== undefined) rebooting.lostAt = at;
      activated = undefined;
      return;
    }
    if (rebooting !== undefined) {
      rebooting.to = at;
      delete rebooting.lostAt;
    }
    rebooting = undefined;
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
