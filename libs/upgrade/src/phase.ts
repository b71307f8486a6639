import type { PhaseState, TerminalState } from '@vecino/foundation';

interface PhaseExits {
  /** Phases that may follow, in the order in which they are tried. */
  readonly next: readonly PhaseState[];
  /** Terminals in which a deployment may end from here by its own doing. */
  readonly ends: readonly TerminalState[];
}

const beforeReboot = ['FAILED', 'CANCELLED'] as const;
const afterReboot = ['FAILED', 'ROLLED_BACK'] as const;

/** The machine of one upgrade. Optional phases (standby, drain, soak, postcheck) may be passed over. */
export const PHASES: Readonly<Record<PhaseState, PhaseExits>> = {
  PRECHECK: { next: ['STAGING'], ends: ['SUCCEEDED', 'REJECTED', ...beforeReboot] },
  STAGING: { next: ['STAGED'], ends: beforeReboot },
  STAGED: { next: ['STANDBY_STAGED', 'ARMED'], ends: beforeReboot },
  STANDBY_STAGED: { next: ['ARMED'], ends: beforeReboot },
  ARMED: { next: ['DRAINED', 'REBOOTING'], ends: beforeReboot },
  DRAINED: { next: ['REBOOTING'], ends: beforeReboot },
  REBOOTING: { next: ['WAIT_UP'], ends: afterReboot },
  WAIT_UP: { next: ['VERIFYING'], ends: afterReboot },
  VERIFYING: { next: ['SOAKING', 'POSTCHECK'], ends: ['SUCCEEDED', ...afterReboot] },
  SOAKING: { next: ['POSTCHECK'], ends: afterReboot },
  POSTCHECK: { next: [], ends: ['SUCCEEDED', ...afterReboot] },
};

export const FIRST_PHASE: PhaseState = 'PRECHECK';

export const mayFollow = (from: PhaseState, to: PhaseState): boolean => PHASES[from].next.includes(to);

export const mayEnd = (from: PhaseState, end: TerminalState): boolean => PHASES[from].ends.includes(end);

/** From the phase in which Reboot is sent there is no way back but a rollback: a cancel is answered "too late". */
export const isPastPointOfNoReturn = (phase: PhaseState): boolean => !mayEnd(phase, 'CANCELLED');
