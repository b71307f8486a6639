import type { CallRecord, LogRecord } from './call-log.js';

/** A time during which a router was being changed. Milliseconds since the Unix epoch, by the machine's clock. */
export interface MutationInterval {
  readonly routerId: string;
  readonly mutation: 'Install' | 'Activate' | 'Reboot';
  readonly start: number;
  /** Of a Reboot: when the router was back; Infinity where it never was. */
  readonly end: number;
}

const MUTATIONS = ['Install', 'Activate', 'Reboot'] as const;

/** What changed routers, in the order in which it was logged. Calls without an effect do not count. */
export function mutationIntervals(records: readonly LogRecord[]): MutationInterval[] {
  return records.flatMap((record, index): MutationInterval[] => {
    if (record.kind !== 'call' || !record.accepted) return [];
    const mutation = MUTATIONS.find((method) => record.rpc.endsWith(`/${method}`));
    if (mutation === undefined) return [];
    const end = mutation === 'Reboot' ? returnedAt(record, records.slice(index + 1)) : record.end;
    return [{ routerId: record.router_id, mutation, start: record.start, end }];
  });
}

/** A standby supervisor's reboot does not take the router away. */
function returnedAt(call: CallRecord, later: readonly LogRecord[]): number {
  if ('component' in call.detail) return call.end;
  const up = later.find((record) => record.kind === 'up' && record.router_id === call.router_id);
  return up?.kind === 'up' ? up.at : Infinity;
}
