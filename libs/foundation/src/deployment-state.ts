/** States the gate reports before a deployment runs. */
export const GATE_STATES = ['ACCEPTED', 'QUEUED', 'STARTED'] as const;

/** Phases of a running upgrade, in the order in which they can appear. */
export const PHASE_STATES = [
  'PRECHECK',
  'STAGING',
  'STAGED',
  'STANDBY_STAGED',
  'ARMED',
  'DRAINED',
  'REBOOTING',
  'WAIT_UP',
  'VERIFYING',
  'SOAKING',
  'POSTCHECK',
  'ROLLING_BACK',
] as const;

/** Exactly one of these ends each deployment. */
export const TERMINAL_STATES = [
  'SUCCEEDED',
  'FAILED',
  'ROLLED_BACK',
  'CANCELLED',
  'REJECTED',
  'TERMINATED',
  'TIMED_OUT',
] as const;

export type GateState = (typeof GATE_STATES)[number];
export type PhaseState = (typeof PHASE_STATES)[number];
export type TerminalState = (typeof TERMINAL_STATES)[number];
export type DeploymentState = GateState | PhaseState | TerminalState;

export const isTerminalState = (state: string): state is TerminalState =>
  (TERMINAL_STATES as readonly string[]).includes(state);

/** Sequence numbers: gate states 0-99, phases 100 upward, the terminal last of all. A consumer ignores what is not above the last it saw. */
export const GATE_SEQUENCE = { ACCEPTED: 0, QUEUED: 1, STARTED: 50 } as const satisfies Record<
  GateState,
  number
>;
export const FIRST_PHASE_SEQUENCE = 100;
export const TERMINAL_SEQUENCE = 2 ** 31 - 1;
