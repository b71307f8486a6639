import { TERMINAL_SEQUENCE, type EpochMs, type ReasonCode, type TerminalState } from '@vecino/foundation';
import type { StatusChange } from '../api/gate-protocol.js';
import { deploymentWorkflowId } from '../api/names.js';
import type { Settling } from './carried.js';

/** The terminal of a closed deployment, kept so that whoever asks about it again is answered with the same record. */
export interface ClosedEntry {
  readonly deploymentId: string;
  readonly fingerprint: string;
  readonly state: TerminalState;
  readonly code: ReasonCode;
  readonly text: string;
  readonly at: EpochMs;
  readonly runId: string;
  readonly routerId: string;
  readonly softwareVersion: string;
  readonly details?: Readonly<Record<string, string>>;
}

/** Whether it never got into the queue: no workflow of it was ever started. */
export const wasRefused = ({ state, runId }: ClosedEntry): boolean => state === 'REJECTED' && runId === '';

export function closedEntryOf(terminal: StatusChange, fingerprint: string): ClosedEntry {
  const { deploymentId, routerId, softwareVersion, state, reason, occurredAt: at, runId, details } = terminal;
  const { code, text } = reason ?? { code: 'WORKFLOW_FAILED' as const, text: '' };
  const known = { deploymentId, fingerprint, state: state as TerminalState, code, text, at, runId };
  return { ...known, routerId, softwareVersion, ...(details === undefined ? {} : { details }) };
}

/** The terminal once more, the identical event. */
export function terminalAgain(tenantId: string, closed: ClosedEntry): StatusChange {
  const { deploymentId, routerId, softwareVersion, state, code, text, at, runId, details } = closed;
  return {
    deploymentId,
    routerId,
    softwareVersion,
    state,
    sequence: TERMINAL_SEQUENCE,
    occurredAt: at,
    reason: { code, text },
    workflowId: deploymentWorkflowId(tenantId, deploymentId),
    runId,
    ...(details === undefined ? {} : { details }),
    measured: { again: true },
  };
}

/** How a deployment stands whose terminal said that its router is quarantined. */
export function settlingFrom(terminal: ClosedEntry, workflowId: string): Settling {
  const { state, code, text, runId, details } = terminal;
  const told = { state, reason: { code, text }, ...(details === undefined ? {} : { details }) };
  const closed = { workflowId, runId, kind: 'failed' as const, outcome: { ...told, routerUnknown: true } };
  return { closed, until: 0, terminal };
}
