import type { Fault } from './verdict.js';

/** How often each kind of fault has struck over all attempts of a step. JSON as it stands: it travels in heartbeats. */
export type FaultTally = Readonly<Record<string, number>>;

export const NO_FAULTS: FaultTally = {};

export interface CountedFault {
  readonly tally: FaultTally;
  /** The step ends with this fault: it will not pass, or this kind has struck as often as is borne. */
  readonly final: boolean;
}

/**
 * Counts a fault. Each kind has its own limit: a router that was away for a while has not used up the attempts of a
 * failing copy to its standby. What has no limit of its own has that of the step, `maximumFaults`.
 */
export function countFault(tally: FaultTally, fault: Fault, maximumFaults = Infinity): CountedFault {
  const times = (Object.hasOwn(tally, fault.key) ? (tally[fault.key] ?? 0) : 0) + 1;
  return { tally: { ...tally, [fault.key]: times }, final: isLast(fault, times, maximumFaults) };
}

function isLast(fault: Fault, times: number, maximumFaults: number): boolean {
  switch (fault.kind) {
    case 'stop':
      return true;
    case 'retry':
      return times >= (fault.maxTimes ?? maximumFaults);
  }
}

/** What a heartbeat carried, read with suspicion: it may be of an older worker. What is no tally counts as none. */
export function faultTallyOf(value: unknown): FaultTally {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return NO_FAULTS;
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, number] => Number.isSafeInteger(entry[1]) && (entry[1] as number) > 0,
    ),
  );
}
