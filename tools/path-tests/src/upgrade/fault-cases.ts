import type { InstallErrorType } from '@vecino/upgrade';
import { CLOCK_AND_CRASH_CASES } from './clock-and-crash-cases.js';
import {
  ended,
  faults,
  notInstalled,
  rolledBack,
  upgraded,
  withoutReboot,
  type FaultCase,
} from './fault-case.js';
import type { LaboratoryRouter } from './upgrade-laboratory.js';

const ALWAYS = 99;
const individual = { kind: 'dual', install: 'individual' } as const;
const wholeChassis = { kind: 'dual', install: 'whole-chassis' } as const;

const cisco: LaboratoryRouter = {
  manufacturer: 'Cisco Systems, Inc.',
  noReboot: 'reboots',
  earlyInProgress: true,
  supervisors: { ...wholeChassis, claimsIndividual: true },
};

const final: readonly InstallErrorType[] = [
  'INCOMPATIBLE',
  'TOO_LARGE',
  'PARSE_FAIL',
  'INSTALL_RUN_PACKAGE',
  'NOT_SUPPORTED_ON_BACKUP',
];
/** How often an Install is tried that meets the error each time. */
const passing: readonly (readonly [InstallErrorType, number])[] = [
  ['UNSPECIFIED', 3],
  ['UNEXPECTED_SWITCHOVER', 3],
  ['SYNC_FAIL', 4],
  ['INTEGRITY_FAIL', 2],
];

export const FAULT_CASES: readonly FaultCase[] = [
  { name: 'no fault', router: {}, ...upgraded, installs: 1 },
  {
    name: 'the version runs already',
    router: { runningVersion: '2.0.0' },
    ...ended('SUCCEEDED', 'ALREADY_RUNNING', 'new', 0),
    installs: 0,
  },
  { name: 'refuses all calls for a time', router: faults({ kind: 'unavailable', forMs: 800 }), ...upgraded },

  // Install
  ...final.map((type): FaultCase => ({
    name: `InstallError ${type}`,
    router: faults({ kind: 'install-error', type, times: ALWAYS }),
    ...notInstalled,
    installs: 1,
  })),
  ...passing.map(([type, tries]): FaultCase => ({
    name: `InstallError ${type} each time`,
    router: faults({ kind: 'install-error', type, times: ALWAYS }),
    ...notInstalled,
    installs: tries,
  })),
  ...passing.map(([type]): FaultCase => ({
    name: `InstallError ${type} once`,
    router: faults({ kind: 'install-error', type }),
    ...upgraded,
    installs: 2,
  })),
  {
    name: 'INSTALL_IN_PROGRESS for a while',
    router: faults({ kind: 'install-error', type: 'INSTALL_IN_PROGRESS', times: 4 }),
    ...upgraded,
    installs: 5,
  },
  {
    name: 'InstallError as a message and as a gRPC error',
    router: faults({ kind: 'install-error', type: 'INCOMPATIBLE', alsoRpcError: true, times: ALWAYS }),
    ...notInstalled,
    installs: 1,
  },
  {
    name: 'InstallError in the middle of the transfer',
    router: faults({ kind: 'install-error', type: 'PARSE_FAIL', atByte: 1_000_000, times: ALWAYS }),
    ...notInstalled,
    installs: 1,
  },
  {
    name: 'stream dropped at byte 1,000,000',
    router: faults({ kind: 'drop-stream', atByte: 1_000_000 }),
    ...upgraded,
    installs: 2,
  },
  {
    name: 'another version validated',
    router: faults({ kind: 'validated-other', version: '6.6.6', times: ALWAYS }),
    ...notInstalled,
  },
  { name: 'slow disk', router: faults({ kind: 'slow-disk', msPerMiB: 300 }), ...upgraded, installs: 1 },
  {
    name: 'hangs in the middle of the transfer, once',
    router: faults({ kind: 'hang-install', atByte: 500_000 }),
    ...upgraded,
  },
  { name: 'does not answer TransferEnd, once', router: faults({ kind: 'hang-after-end' }), ...upgraded },
  ...(['validated', 'install-error'] as const).map((first): FaultCase => ({
    name: `two answers, ${first} first`,
    router: faults({ kind: 'two-answers', first, type: 'INCOMPATIBLE', times: ALWAYS }),
    ...notInstalled,
  })),

  // Activate
  {
    name: 'ActivateError UNSPECIFIED once',
    router: faults({ kind: 'activate-error', type: 'UNSPECIFIED' }),
    ...upgraded,
  },
  {
    name: 'ActivateError NON_EXISTENT_VERSION',
    router: faults({ kind: 'activate-error', type: 'NON_EXISTENT_VERSION' }),
    ...ended('FAILED', 'ACTIVATE_FAILED', 'old', 0),
  },
  {
    name: 'ActivateError NOT_SUPPORTED_ON_BACKUP',
    router: faults({ kind: 'activate-error', type: 'NOT_SUPPORTED_ON_BACKUP' }),
    ...ended('FAILED', 'ACTIVATE_FAILED', 'old', 0),
  },
  ...[true, false].map((activates): FaultCase => ({
    name: `reply of Activate lost, which ${activates ? 'took' : 'did not take'} effect`,
    router: faults({ kind: 'activate-lost-reply', activates }),
    ...upgraded,
  })),

  // Reboot
  ...[true, false].map((reboots): FaultCase => ({
    name: `reply of Reboot lost, which ${reboots ? 'took' : 'did not take'} effect`,
    router: faults({ kind: 'reboot-lost-reply', reboots }),
    ...upgraded,
  })),
  {
    name: 'Reboot accepted and never begun',
    router: faults({ kind: 'reboot-never-starts' }),
    ...ended('FAILED', 'REBOOT_FAILED', 'old', 0),
  },
  {
    name: 'Reboot accepted and never begun, on a router whose Activate reboots',
    router: { ...cisco, ...faults({ kind: 'reboot-never-starts' }) },
    ...ended('FAILED', 'DEVICE_STATE_UNKNOWN', 'unknown', 0),
  },
  {
    name: 'Reboot refused',
    router: faults({ kind: 'call-error', rpc: 'Reboot', code: 'PERMISSION_DENIED', times: ALWAYS }),
    ...ended('FAILED', 'REBOOT_FAILED', 'old', 0),
  },
  { name: 'active stays false', router: faults({ kind: 'active-lag', forMs: 600 }), ...upgraded },
  {
    name: 'never returns',
    router: faults({ kind: 'reboot-never-returns' }),
    ...ended('FAILED', 'DEVICE_DID_NOT_RETURN', 'unknown', 1),
  },
  {
    name: 'boots the old image and says why',
    router: faults({ kind: 'boots-old-image', message: 'kernel panic' }),
    ...ended('FAILED', 'FELL_BACK', 'old', 1),
  },
  {
    name: 'boots the old image and says nothing',
    router: faults({ kind: 'boots-old-image', message: '' }),
    ...ended('FAILED', 'FELL_BACK', 'old', 1),
  },
  {
    name: 'boots the old image and would still boot the new one next',
    router: { keepsActivation: true, ...faults({ kind: 'boots-old-image', message: 'kernel panic' }) },
    ...ended('FAILED', 'FELL_BACK', 'old', 1),
  },
  {
    name: 'boots a third image',
    router: faults({ kind: 'boots-other-image', version: '0.9.9' }),
    ...rolledBack('VERIFY_FAILED'),
  },
  {
    name: 'in-progress for a while after the boot',
    router: faults({ kind: 'in-progress', forMs: 700 }),
    ...upgraded,
  },

  // After the boot
  { name: 'a BGP peer comes late', router: faults({ kind: 'bgp-peer-down', forMs: 600 }), ...upgraded },
  {
    name: 'a BGP peer stays down',
    router: faults({ kind: 'bgp-peer-down' }),
    ...rolledBack('POSTCHECK_FAILED'),
    told: ['ROLLING_BACK'],
  },
  {
    name: 'a BGP peer stays down, and that is waived',
    router: {
      ...faults({ kind: 'bgp-peer-down' }),
      policy: { waivers: [{ check: 'bgp-peers', name: '*' }] },
    },
    ...upgraded,
  },
  {
    name: 'a BGP peer stays down, and the tenant wants no rollback',
    router: { ...faults({ kind: 'bgp-peer-down' }), policy: { rollback: false } },
    ...ended('FAILED', 'POSTCHECK_FAILED', 'new', 1),
  },
  {
    name: 'an interface stays down',
    router: faults({ kind: 'interface-down' }),
    ...rolledBack('POSTCHECK_FAILED'),
  },
  { name: 'a new alarm', router: faults({ kind: 'alarm-raised' }), ...rolledBack('POSTCHECK_FAILED') },
  {
    name: 'old image purged, and a way back needed',
    router: faults({ kind: 'old-image-purged' }, { kind: 'bgp-peer-down' }),
    ...rolledBack('POSTCHECK_FAILED'),
    installs: 2,
  },
  {
    name: 'boots again by itself while it soaks',
    router: { policy: { soakSeconds: 30 } },
    crashesIn: 'SOAKING',
    ...rolledBack('POSTCHECK_FAILED'),
    told: ['SOAKING', 'ROLLING_BACK'],
  },
  {
    name: 'does not return on the way back',
    router: faults({ kind: 'bgp-peer-down' }, { kind: 'reboot-never-returns', skip: 1 }),
    ...ended('FAILED', 'ROLLBACK_FAILED', 'unknown', 2),
  },

  // Supervisors
  {
    name: 'individual supervisors',
    router: { supervisors: individual },
    ...upgraded,
    installs: 2,
    told: ['STAGED', 'STANDBY_STAGED'],
  },
  {
    name: 'one Install for both supervisors',
    router: { supervisors: wholeChassis },
    ...upgraded,
    installs: 1,
  },
  {
    name: 'SYNC_FAIL once on the standby',
    router: {
      supervisors: individual,
      ...faults({ kind: 'install-error', type: 'SYNC_FAIL', on: 'standby' }),
    },
    ...upgraded,
    installs: 3,
  },
  {
    name: 'standby comes late',
    router: { supervisors: individual, ...faults({ kind: 'standby-late', forMs: 900 }) },
    ...upgraded,
  },
  ...(['UNAVAILABLE', 'NON_EXISTENT'] as const).map((state): FaultCase => ({
    name: `standby stays away, as ${state}`,
    router: { supervisors: individual, ...faults({ kind: 'standby-late', state }) },
    // A standby that is away can't be set back: rebooting the active one alone would leave two versions.
    ...ended('FAILED', 'ROLLBACK_FAILED', 'unknown', 1),
  })),
  {
    name: 'standby comes late, as NON_EXISTENT',
    router: {
      supervisors: individual,
      ...faults({ kind: 'standby-late', state: 'NON_EXISTENT', forMs: 900 }),
    },
    ...upgraded,
  },
  {
    name: 'standby unavailable from the start',
    router: { supervisors: { ...individual, standby: { condition: 'UNAVAILABLE' } } },
    ...ended('REJECTED', 'PRECHECK_REFUSED', 'old', 0),
    installs: 0,
  },

  // Deviations from the specification
  {
    name: 'no no_reboot, one Install for both supervisors, an early in-progress',
    router: cisco,
    ...withoutReboot('SUCCEEDED', 'UPGRADED', 'new'),
    installs: 1,
  },
  ...[true, false].map((activates): FaultCase => ({
    name: `no no_reboot, and the reply of Activate is lost, which ${activates ? 'took' : 'did not take'} effect`,
    router: { ...cisco, ...faults({ kind: 'activate-lost-reply', activates }) },
    ...withoutReboot('SUCCEEDED', 'UPGRADED', 'new'),
  })),
  {
    name: 'no no_reboot, and a way back needed',
    router: { ...cisco, ...faults({ kind: 'bgp-peer-down' }) },
    ...withoutReboot('ROLLED_BACK', 'POSTCHECK_FAILED', 'old'),
  },
  {
    name: 'reboots with Activate although asked not to, by a manufacturer that nobody expects it of',
    router: { noReboot: 'reboots' },
    ...withoutReboot('SUCCEEDED', 'UPGRADED', 'new'),
  },
  {
    name: 'does not know Activate without a reboot, by a manufacturer that nobody expects it of',
    router: { noReboot: 'unimplemented' },
    ...ended('FAILED', 'ACTIVATE_FAILED', 'old', 0),
  },

  ...CLOCK_AND_CRASH_CASES,
];
