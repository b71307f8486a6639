import {
  GATE_SEQUENCE,
  TERMINAL_SEQUENCE,
  type DeploymentState,
  type EpochMs,
  type GateState,
  type TraceHeaders,
  traceHeadersOf,
} from '@vecino/foundation';
import type { Wait } from '@vecino/admission';
import type { StatusChange } from '../api/gate-protocol.js';
import { deploymentWorkflowId } from '../api/names.js';
import type { TakenItem } from './carried.js';

/** What a gate itself reports of a deployment; `more` has the run, where there is one. */
export function statusChange(
  tenantId: string,
  item: TakenItem,
  state: DeploymentState,
  occurredAt: EpochMs,
  more: Partial<StatusChange> & Pick<StatusChange, 'runId'>,
): StatusChange {
  const sequence = state in GATE_SEQUENCE ? GATE_SEQUENCE[state as GateState] : TERMINAL_SEQUENCE;
  return {
    deploymentId: item.deploymentId,
    routerId: item.routerId,
    softwareVersion: item.softwareVersion,
    state,
    sequence,
    occurredAt,
    workflowId: deploymentWorkflowId(tenantId, item.deploymentId),
    ...traceOf(item),
    ...more,
    ...detailsOf(item, more.details),
  };
}

/** A deployment that repeats another one says so in each of its statuses. */
export const detailsOf = (
  { retryOf }: { readonly retryOf?: string },
  details: StatusChange['details'],
): Pick<StatusChange, 'details'> => {
  if (retryOf !== undefined) return { details: { ...details, retry_of: retryOf } };
  return details === undefined ? {} : { details };
};

/** The trace of the request that a status answers. */
export const traceOf: (item: TakenItem) => TraceHeaders = traceHeadersOf;

/** Why a deployment waits, as its `QUEUED` says it. */
export const queuedBecause = ({ reason, place, until }: Wait): Pick<StatusChange, 'reason' | 'details'> => ({
  reason,
  details: {
    place_in_line: String(place),
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
  },
});
