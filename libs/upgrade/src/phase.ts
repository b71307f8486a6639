import type { PhaseState, TerminalState } from '@vecino/foundation';

interface PhaseExits {
  /** Phases that may follow, in the order in which they are tried. */
  readonly next: readonly PhaseState[];
  /** Terminals in which a deployment may end from here by its own doing. */
  readonly ends: readonly TerminalState[];
}

const beforeReboot = ['FAILED', 'CANCELLED'] as const;
const afterReboot = ['FAILED'] as const;

/**
 * The machine of one upgrade. Optional phases (standby, drain, soak) may be passed over, and ARMED where Activate itself
 * reboots. A status that tells the phase under way again, with a higher sequence, is its progress: no step of this machine.
 */
export const PHASES: Readonly<Record<PhaseState, PhaseExits>> = {
  PRECHECK: { next: ['STAGING'], ends: ['SUCCEEDED', 'REJECTED', ...beforeReboot] },
  STAGING: { next: ['STAGED'], ends: beforeReboot },
  STAGED: { next: ['STANDBY_STAGED', 'ARMED', 'REBOOTING'], ends: beforeReboot },
  STANDBY_STAGED: { next: ['ARMED', 'REBOOTING'], ends: beforeReboot },
  ARMED: { next: ['DRAINED', 'REBOOTING'], ends: beforeReboot },
  DRAINED: { next: ['REBOOTING'], ends: beforeReboot },
  REBOOTING: { next: ['WAIT_UP'], ends: afterReboot },
  WAIT_UP: { next: ['VERIFYING'], ends: afterReboot },
  VERIFYING: { next: ['SOAKING', 'POSTCHECK', 'ROLLING_BACK'], ends: afterReboot },
  SOAKING: { next: ['POSTCHECK', 'ROLLING_BACK'], ends: afterReboot },
  POSTCHECK: { next: ['ROLLING_BACK'], ends: ['SUCCEEDED', ...afterReboot] },
  ROLLING_BACK: { next: [], ends: ['ROLLED_BACK', ...afterReboot] },
};

export const FIRST_PHASE: PhaseState = 'PRECHECK';

export const mayFollow = (from: PhaseState, to: PhaseState): boolean => PHASES[from].next.includes(to);

export const mayEnd = (from: PhaseState, end: TerminalState): boolean => PHASES[from].ends.includes(end);

/** From the phase in which Reboot is sent there is no way back but a rollback: a cancel is answered "too late". */
export const isPastPointOfNoReturn = (phase: PhaseState): boolean => !mayEnd(phase, 'CANCELLED');
