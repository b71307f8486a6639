import {
  type DeploymentState,
  FIRST_PHASE_SEQUENCE,
  GATE_SEQUENCE,
  GATE_STATES,
  type GateState,
  isTerminalState,
  PHASE_STATES,
  type PhaseState,
  type ReasonCode,
  TERMINAL_SEQUENCE,
  type TerminalState,
} from '@vecino/foundation';

/**
 * What a reader of a status topic may see after what, written down from the documents and not taken from the code that is judged.
 * `NOTHING`: before the first record.
 */
type Seen = 'NOTHING' | GateState | PhaseState;

/** In every state a workflow can be killed, run out of time, or fail. */
const ALWAYS = ['FAILED', 'TERMINATED', 'TIMED_OUT'] as const;
/** Until Reboot is sent a cancel is honoured. One that was stopped may have had no time to say how far it had come. */
const BEFORE_REBOOT = [...ALWAYS, 'CANCELLED'] as const;

const NEXT: Readonly<Record<Seen, readonly DeploymentState[]>> = {
  NOTHING: ['ACCEPTED', 'STARTED', 'REJECTED', ...BEFORE_REBOOT],
  ACCEPTED: ['QUEUED', 'STARTED', ...BEFORE_REBOOT],
  QUEUED: ['STARTED', ...BEFORE_REBOOT],
  STARTED: ['PRECHECK', ...BEFORE_REBOOT],
  PRECHECK: ['STAGING', 'SUCCEEDED', 'REJECTED', ...BEFORE_REBOOT],
  STAGING: ['STAGED', ...BEFORE_REBOOT],
  STAGED: ['STANDBY_STAGED', 'ARMED', 'REBOOTING', ...BEFORE_REBOOT],
  STANDBY_STAGED: ['ARMED', 'REBOOTING', ...BEFORE_REBOOT],
  ARMED: ['DRAINED', 'REBOOTING', ...BEFORE_REBOOT],
  DRAINED: ['REBOOTING', ...BEFORE_REBOOT],
  REBOOTING: ['WAIT_UP', ...ALWAYS],
  WAIT_UP: ['VERIFYING', ...ALWAYS],
  VERIFYING: ['SOAKING', 'POSTCHECK', 'ROLLING_BACK', ...ALWAYS],
  SOAKING: ['POSTCHECK', 'ROLLING_BACK', ...ALWAYS],
  POSTCHECK: ['ROLLING_BACK', 'SUCCEEDED', ...ALWAYS],
  ROLLING_BACK: ['ROLLED_BACK', ...ALWAYS],
};

/** A phase may be told again, with a higher sequence: its progress, or the answer to a command. */
export const mayFollow = (seen: string, next: string): boolean =>
  (seen === next && isPhase(seen)) || (seen in NEXT && NEXT[seen as Seen].some((state) => state === next));

const isPhase = (state: string): state is PhaseState => (PHASE_STATES as readonly string[]).includes(state);
const isGateState = (state: string): state is GateState => (GATE_STATES as readonly string[]).includes(state);

/** Whether a state may have that sequence. */
export function fitsSequence(state: string, sequence: number): boolean {
  if (isTerminalState(state)) return sequence === TERMINAL_SEQUENCE;
  if (isGateState(state)) return sequence === GATE_SEQUENCE[state];
  return isPhase(state) && sequence >= FIRST_PHASE_SEQUENCE && sequence < TERMINAL_SEQUENCE;
}

const REJECTED_OR_FAILED = ['REJECTED', 'FAILED'] as const;

/** The terminals that a reason can be of, as docs/errors.md has it. */
const ENDS: Readonly<Record<ReasonCode, readonly TerminalState[]>> = {
  MALFORMED: ['REJECTED'],
  EMPTY_VALUE: ['REJECTED'],
  OVERSIZE: ['REJECTED'],
  UNKNOWN_SCHEMA: ['REJECTED'],
  UNKNOWN_TENANT: REJECTED_OR_FAILED,
  INVALID_FIELD: ['REJECTED'],
  ROUTER_OUTSIDE_NETWORKS: REJECTED_OR_FAILED,
  ID_REUSED: [],
  QUEUE_FULL: ['REJECTED'],
  RATE_LIMITED: ['REJECTED'],
  TENANT_DRAINING: ['REJECTED'],
  CAP_REACHED: [],
  ROUTER_BUSY: [],
  BEHIND_ON_ROUTER: [],
  NOT_BEFORE: [],
  TENANT_PAUSED: ['REJECTED'],
  PLATFORM_PAUSED: ['REJECTED'],
  VERSION_STOPPED: ['REJECTED'],
  TENANT_MOVING: [],
  STATUS_BACKLOG: [],
  GATE_CLOSING: [],
  CANCEL_TOO_LATE: [],
  UNKNOWN_DEPLOYMENT: [],
  NOT_QUARANTINED: [],
  UPGRADED: ['SUCCEEDED'],
  ALREADY_RUNNING: ['SUCCEEDED'],
  PRECHECK_REFUSED: REJECTED_OR_FAILED,
  IMAGE_UNKNOWN: REJECTED_OR_FAILED,
  IMAGE_NOT_ALLOWED: REJECTED_OR_FAILED,
  IMAGE_DAMAGED: REJECTED_OR_FAILED,
  IMAGE_UNTRUSTED: REJECTED_OR_FAILED,
  OLD_IMAGE_MISSING: ['REJECTED'],
  DEVICE_UNREACHABLE: ['FAILED'],
  DEVICE_IDENTITY_MISMATCH: ['FAILED'],
  INSTALL_FAILED: ['FAILED'],
  ACTIVATE_FAILED: ['FAILED'],
  REBOOT_FAILED: ['FAILED'],
  DEVICE_DID_NOT_RETURN: ['FAILED'],
  VERIFY_FAILED: ['ROLLED_BACK', 'FAILED'],
  FELL_BACK: ['FAILED'],
  POSTCHECK_FAILED: ['ROLLED_BACK', 'FAILED'],
  ROLLBACK_FAILED: ['FAILED'],
  DEVICE_STATE_UNKNOWN: ['FAILED'],
  CANCELLED_BY_OPERATOR: ['CANCELLED'],
  TERMINATED_FROM_OUTSIDE: ['TERMINATED'],
  EXECUTION_TIMED_OUT: ['TIMED_OUT'],
  WORKFLOW_FAILED: ['FAILED'],
};

export const mayEndAs = (code: string | undefined, state: TerminalState): boolean =>
  code !== undefined && code in ENDS && ENDS[code as ReasonCode].includes(state);
