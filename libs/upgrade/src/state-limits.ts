import type { DeploymentState, GateState, PhaseState } from '@vecino/foundation';
import { ACTIVITY_POLICIES, type ActivityPolicy, type UpgradeStep } from './activity-policies.js';
import type { UpgradePolicy } from './upgrade-policy.js';

/** One workflow task. */
const STARTING_MS = 60_000;

const limitOf = (step: UpgradeStep): number => {
  const policy: ActivityPolicy = ACTIVITY_POLICIES[step];
  return policy.scheduleToCloseMs ?? policy.startToCloseMs;
};

/** The steps that are at work while a deployment says that it is in a phase. */
const STEPS = {
  PRECHECK: ['precheck'],
  STAGING: ['install'],
  STAGED: ['installStandby'],
  STANDBY_STAGED: ['arm'],
  ARMED: ['disarm'],
  DRAINED: ['reboot'],
  REBOOTING: ['reboot'],
  WAIT_UP: ['waitUp'],
  VERIFYING: ['verify'],
  SOAKING: ['soak'],
  POSTCHECK: ['postcheck'],
  ROLLING_BACK: ['rebaseline', 'install', 'installStandby', 'arm', 'reboot', 'waitUp', 'verify', 'postcheck'],
} as const satisfies Record<PhaseState, readonly UpgradeStep[]>;

/** How long a running deployment may be in a state, in milliseconds, by the timeouts of the steps that it then waits for. */
export function stateLimitMs(
  state: DeploymentState,
  { soakSeconds, recoverySeconds }: Pick<UpgradePolicy, 'soakSeconds' | 'recoverySeconds'>,
): number {
  if (isPhase(state)) {
    const steps = STEPS[state].reduce((sum, step) => sum + limitOf(step), 0);
    const asked =
      (state === 'SOAKING' ? soakSeconds : 0) +
      (state === 'POSTCHECK' || state === 'ROLLING_BACK' ? recoverySeconds : 0);
    return steps + asked * 1_000;
  }
  // Before its first step, and after its last: the evidence, which is written while the list shows the terminal already.
  return GATE.has(state) ? STARTING_MS : limitOf('recordEvidence');
}

const GATE: ReadonlySet<string> = new Set<GateState>(['ACCEPTED', 'QUEUED', 'STARTED']);
const isPhase = (state: DeploymentState): state is PhaseState => state in STEPS;
