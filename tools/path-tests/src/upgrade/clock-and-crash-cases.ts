import type { FaultSettings } from '@vecino/router-simulator';
import { ended, faults, rolledBack, upgraded, type FaultCase } from './fault-case.js';
import type { LaboratoryRouter } from './upgrade-laboratory.js';

/** Each reading takes its time, and no two readings agree on the boot time. */
const jittery: LaboratoryRouter = { bootTimeFollowsClock: true, bootTimeJitterMs: 5 };
const slowReadings: FaultSettings = { kind: 'slow-call', rpc: 'Get', ms: 150, times: 1_000 };

const clockSteps = (['install', 'activate', 'reboot', 'boot'] as const).flatMap((at) =>
  [3_600_000, -3_600_000].flatMap((ms) =>
    [true, false].map((bootTimeFollowsClock): FaultCase => ({
      name: `the clock is set ${ms > 0 ? 'forward' : 'back'} at ${at}, boot time ${bootTimeFollowsClock ? 'follows' : 'stays'}`,
      router: { bootTimeFollowsClock, ...faults({ kind: 'clock-step', ms, at }) },
      ...upgraded,
    })),
  ),
);

const jitterySteps = (['install', 'activate', 'reboot', 'boot'] as const).flatMap((at) =>
  [3_600_000, -3_600_000, 4_000, -4_000].map((ms): FaultCase => ({
    name: `the boot time jitters, readings are slow, and the clock is set by ${ms} ms at ${at}`,
    router: { ...jittery, ...faults(slowReadings, { kind: 'clock-step', ms, at }) },
    ...upgraded,
  })),
);

const crash = (
  at: 'install' | 'activate',
  boots: 'activated' | 'running',
  more: LaboratoryRouter = {},
): LaboratoryRouter => ({ ...more, ...faults({ kind: 'crash-reboot', at, boots, afterMs: 1 }) });

/** Reboots that nobody ordered, before the one that was to be. */
const crashes: readonly FaultCase[] = [
  {
    name: 'reboots by itself after the Install',
    router: crash('install', 'activated'),
    ...ended('FAILED', 'REBOOT_FAILED', 'old', 0),
  },
  {
    name: 'reboots by itself after Activate, into the old image',
    router: crash('activate', 'running'),
    ...ended('FAILED', 'REBOOT_FAILED', 'old', 0),
  },
  {
    name: 'reboots by itself after Activate, into the old image, and would still boot the new one next',
    router: crash('activate', 'running', { keepsActivation: true }),
    ...ended('FAILED', 'REBOOT_FAILED', 'old', 0),
  },
  {
    name: 'reboots by itself after Activate, into the new image',
    router: crash('activate', 'activated'),
    ...ended('SUCCEEDED', 'UPGRADED', 'new', 0),
  },
];

/** What makes it hard to tell whether a router has rebooted, and by whose order. */
export const CLOCK_AND_CRASH_CASES: readonly FaultCase[] = [
  ...clockSteps,
  ...jitterySteps,
  {
    name: 'the boot time jitters',
    router: jittery,
    ...upgraded,
  },
  {
    name: 'the boot time jitters, readings are slow, and a way back is needed',
    router: { ...jittery, ...faults(slowReadings, { kind: 'bgp-peer-down' }) },
    ...rolledBack('POSTCHECK_FAILED'),
  },
  {
    name: 'the boot time jitters, and Reboot is accepted and never begun',
    router: { ...jittery, ...faults({ kind: 'reboot-never-starts' }) },
    ...ended('FAILED', 'REBOOT_FAILED', 'old', 0),
  },

  ...crashes,
];
