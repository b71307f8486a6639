import { assertNever, type EpochMs, type Reason } from '@vecino/foundation';
import type { Candidate } from './candidate.js';
import { endOf, type Holdback, reasonOf } from './holdback.js';
import type { StandStill } from './limits.js';
import type { Blocked } from './line.js';

/** Why a deployment waits. */
export interface Wait {
  readonly reason: Reason;
  /** Place among all that wait for the tenant, 1 = next. */
  readonly place: number;
  /** When the wait ends at the earliest, where that is known. */
  readonly until?: EpochMs;
  /** The deployment that has the router. */
  readonly holder?: string;
}

export interface WaitInput {
  readonly candidate: Candidate;
  readonly standStill: StandStill | undefined;
  readonly blocked: Blocked | undefined;
  readonly holdback: Holdback | undefined;
  readonly place: number;
  readonly slotsUsed: number;
  readonly cap: number;
}

/** The first obstacle in the order in which the gate meets them. */
export function describeWait(input: WaitInput): Wait {
  const { candidate, standStill, blocked, holdback, place } = input;
  if (standStill !== undefined) return { reason: standStillReason(standStill), place };
  if (blocked !== undefined) {
    const holder = blocked.by === 'running' ? { holder: blocked.holder } : {};
    return { reason: blockedReason(candidate, blocked), place, ...holder };
  }
  if (holdback !== undefined) {
    const until = endOf(holdback);
    return { reason: reasonOf(holdback), place, ...(until === undefined ? {} : { until }) };
  }
  const text = `${input.slotsUsed} of ${input.cap} slots are in use, place ${place} in line`;
  return { reason: { code: 'CAP_REACHED', text }, place };
}

function blockedReason(candidate: Candidate, blocked: Blocked): Reason {
  switch (blocked.by) {
    case 'running':
      return {
        code: 'ROUTER_BUSY',
        text: `deployment ${blocked.holder} is at work on router ${candidate.routerId} (${candidate.routerIp})`,
      };
    case 'earlier':
      return {
        code: 'BEHIND_ON_ROUTER',
        text: `${blocked.ahead} earlier ${blocked.ahead === 1 ? 'request' : 'requests'} for router ${candidate.routerId} (${candidate.routerIp}) go first`,
      };
    default:
      return assertNever(blocked);
  }
}

export const standStillReason = (standStill: StandStill): Reason => ({
  code: standStill.code,
  text: standStillText(standStill),
});

function standStillText({ code, note }: StandStill): string {
  switch (code) {
    case 'TENANT_PAUSED':
      return 'the tenant is paused; resume it to go on';
    case 'PLATFORM_PAUSED':
      return `the whole platform is paused${note === undefined ? '' : ` (${note})`}; resume it to go on`;
    case 'TENANT_MOVING':
      return 'the tenant is on its way to another namespace: nothing starts until it is there';
    case 'STATUS_BACKLOG':
      return 'statuses wait to be published; nothing new starts until they are, see the status projector';
    case 'GATE_CLOSING':
      return 'the gate is continuing as a new run; this takes a moment';
    default:
      return assertNever(code);
  }
}
