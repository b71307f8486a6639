import { Client, QueryNotRegisteredError } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { type GateReport, type GateResult, gateWorkflowId, loadQuery } from '@vecino/workflows';
import { translateTemporalError } from './temporal-error.js';
import type { TenantWaker } from './tenant-waker.js';

/** How a tenant's gate stands, as Temporal and the gate itself say. */
export type GateStanding =
  /** Nothing has been requested, or Temporal has forgotten it. */
  | { readonly kind: 'none' }
  | {
      readonly kind: 'open';
      readonly taskQueue: string;
      /** Undefined where nobody answers for it within 5 s: its queue may not be served while it has nothing to do. */
      readonly report?: GateReport;
    }
  | { readonly kind: 'completed'; readonly result: GateResult }
  /** It died; the watchdog starts it again. */
  | { readonly kind: 'ended'; readonly status: string };

const CALL_LIMIT_MS = 10_000;
const QUERY_LIMIT_MS = 5_000;

/**
 * A gate that is open is woken first where there is a `waker`: nobody may serve it while it has nothing to do.
 *
 * @throws TemporalError
 */
export async function gateStanding(
  { connection }: Client,
  namespace: string,
  tenantId: string,
  waker?: TenantWaker,
): Promise<GateStanding> {
  const handle = new Client({ connection, namespace }).workflow.getHandle(gateWorkflowId(tenantId));
  const within = <T>(limitMs: number, call: () => Promise<T>): Promise<T> =>
    connection.withDeadline(Date.now() + limitMs, call);
  try {
    const { status, taskQueue } = await within(CALL_LIMIT_MS, () => handle.describe());
    if (status.name === 'COMPLETED') {
      const result = (await within(CALL_LIMIT_MS, () => handle.result())) as GateResult;
      return { kind: 'completed', result };
    }
    if (status.name !== 'RUNNING') return { kind: 'ended', status: status.name };
    await waker?.wake(tenantId);
    const report = await within(QUERY_LIMIT_MS, () => handle.query(loadQuery)).catch(ifSilent);
    return { kind: 'open', taskQueue, ...(report !== undefined && { report }) };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { kind: 'none' };
    const fault = translateTemporalError(error, `look at ${gateWorkflowId(tenantId)}`);
    if (fault.code === 'NAMESPACE_NOT_FOUND') return { kind: 'none' };
    throw fault;
  }
}

/** Gates of earlier releases know no such question. */
function ifSilent(error: unknown): undefined {
  if (error instanceof QueryNotRegisteredError) return undefined;
  const { code } = translateTemporalError(error, 'ask a gate for its load');
  if (code === 'TEMPORAL_UNAVAILABLE' || code === 'WORKFLOW_NOT_FOUND') return undefined;
  throw error;
}
