/**
 * The closed catalogue of reasons that appear in statuses, logs, dead letters and the CLI.
 * `docs/errors.md` says for each what happens next and what to do; a test compares the two.
 */
export const REASON_CODES = [
  // Refused at the door: the record itself.
  'MALFORMED',
  'EMPTY_VALUE',
  'OVERSIZE',
  'UNKNOWN_SCHEMA',
  'UNKNOWN_TENANT',
  'INVALID_FIELD',
  'ROUTER_OUTSIDE_NETWORKS',
  'ID_REUSED',
  // Not admitted by the gate.
  'QUEUE_FULL',
  'RATE_LIMITED',
  'TENANT_DRAINING',
  // Waiting in the gate.
  'CAP_REACHED',
  'ROUTER_BUSY',
  'BEHIND_ON_ROUTER',
  'NOT_BEFORE',
  'TENANT_PAUSED',
  'PLATFORM_PAUSED',
  'VERSION_STOPPED',
  'TENANT_MOVING',
  'STATUS_BACKLOG',
  'GATE_CLOSING',
  // Answers to a command.
  'CANCEL_TOO_LATE',
  'UNKNOWN_DEPLOYMENT',
  'NOT_QUARANTINED',
  // How a deployment ended.
  'UPGRADED',
  'ALREADY_RUNNING',
  'PRECHECK_REFUSED',
  'IMAGE_UNKNOWN',
  'IMAGE_NOT_ALLOWED',
  'IMAGE_DAMAGED',
  'IMAGE_UNTRUSTED',
  'OLD_IMAGE_MISSING',
  'DEVICE_UNREACHABLE',
  'DEVICE_IDENTITY_MISMATCH',
  'INSTALL_FAILED',
  'ACTIVATE_FAILED',
  'REBOOT_FAILED',
  'DEVICE_DID_NOT_RETURN',
  'VERIFY_FAILED',
  'FELL_BACK',
  'POSTCHECK_FAILED',
  'ROLLBACK_FAILED',
  'DEVICE_STATE_UNKNOWN',
  'CANCELLED_BY_OPERATOR',
  'TERMINATED_FROM_OUTSIDE',
  'EXECUTION_TIMED_OUT',
  'WORKFLOW_FAILED',
] as const;

export type ReasonCode = (typeof REASON_CODES)[number];

/** Why a state was entered: a code for machines and one sentence for people. */
export interface Reason {
  readonly code: ReasonCode;
  readonly text: string;
}

export const isReasonCode = (text: string): text is ReasonCode =>
  (REASON_CODES as readonly string[]).includes(text);
