import type { ReasonCode, TerminalState } from '@vecino/foundation';
import type { KillMoment, MutatingCall } from './kill-plan.js';
import type { LaboratoryRouter } from './upgrade-laboratory.js';

/** A way that an upgrade takes, and what must come of it wherever its worker is killed. */
export interface KillVariant {
  readonly name: 'plain' | 'standby' | 'rollback' | 'activate-reboots' | 'cancel';
  readonly router: LaboratoryRouter;
  readonly state: TerminalState;
  readonly runs: 'old' | 'new';
  /** Reboots that the router was told to do, by direction: never more than one each. */
  readonly reboots: readonly ('forward' | 'rollback')[];
  /** Boots that the router did, whoever ordered them. */
  readonly boots: number;
  /** Moments that are not left to the sample. */
  readonly moments: readonly KillMoment[];
  /** A cancel is ordered between the moment and the kill. */
  readonly cancelled?: true;
}

const after = (call: MutatingCall, nth = 1): KillMoment => ({
  kind: 'around-effect',
  call,
  when: 'after',
  nth,
});
const before = (call: MutatingCall): KillMoment => ({ kind: 'around-effect', call, when: 'before' });
const midInstall: KillMoment = { kind: 'mid-install', atByte: 1_000_000 };

export const KILL_VARIANTS: readonly KillVariant[] = [
  {
    name: 'plain',
    router: {},
    state: 'SUCCEEDED',
    runs: 'new',
    reboots: ['forward'],
    boots: 1,
    moments: [midInstall, after('install'), after('activate'), after('reboot')],
  },
  {
    name: 'standby',
    router: { supervisors: { kind: 'dual', install: 'individual' }, policy: { soakSeconds: 2 } },
    state: 'SUCCEEDED',
    runs: 'new',
    reboots: ['forward'],
    boots: 1,
    moments: [after('install', 2), after('activate', 1), after('activate', 2), after('reboot')],
  },
  {
    name: 'rollback',
    router: { faults: [{ kind: 'bgp-peer-down' }] },
    state: 'ROLLED_BACK',
    runs: 'old',
    reboots: ['forward', 'rollback'],
    boots: 2,
    moments: [after('reboot', 1), after('activate', 2), after('reboot', 2)],
  },
  {
    name: 'activate-reboots',
    router: { manufacturer: 'Cisco Systems, Inc.', noReboot: 'reboots' },
    state: 'SUCCEEDED',
    runs: 'new',
    reboots: [],
    boots: 1,
    moments: [before('activate'), after('activate')],
  },
  {
    name: 'cancel',
    router: {},
    state: 'CANCELLED',
    runs: 'old',
    reboots: [],
    boots: 0,
    moments: [midInstall, after('install'), before('activate'), after('activate')],
    cancelled: true,
  },
];

/** What a result is when a cancel came after the point of no return. */
export const TOO_LATE: ReasonCode = 'CANCEL_TOO_LATE';
