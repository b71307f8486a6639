import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { Client } from '@temporalio/client';
import type { Logger } from '@vecino/telemetry';
import { GATE_WORKFLOW_TYPE, gateWorkflowId, type TenantSettings } from '@vecino/workflows';
import type { GateClient } from '../gate-client.js';

/** A gate that died runs again within this time and the next look, without waiting for a request. */
export const WATCH_INTERVAL_MS = 5_000;

export interface WatchGatesDependencies {
  readonly client: Client;
  readonly gates: Pick<GateClient, 'start'>;
  /** The tenants as the registry has them now. */
  readonly tenants: () => readonly TenantSettings[];
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly intervalMs?: number;
}

/** Of thousands of gates, so many are looked at each time; those that ended just now are listed besides. */
const LOOKS_PER_ROUND = 250;
const ENDED_LISTED = 500;
const ENDED_WITHIN_MS = 10 * 60_000;

/** Looks after the gates until the signal aborts. Several watchdogs do no harm: only one start of a gate succeeds. */
export async function watchGates(deps: WatchGatesDependencies): Promise<void> {
  for (let from = 0; !deps.signal.aborted; from += LOOKS_PER_ROUND) {
    for (const settings of await gatesToLookAt(deps, from)) {
      if (deps.signal.aborted) return;
      await look(deps, settings);
    }
    await sleep(deps.intervalMs ?? WATCH_INTERVAL_MS, undefined, { signal: deps.signal }).catch(
      () => undefined,
    );
  }
}

async function gatesToLookAt(deps: WatchGatesDependencies, from: number): Promise<readonly TenantSettings[]> {
  // The gate of a tenant that is being removed is not to come back.
  const tenants = deps.tenants().filter(({ leaving }) => leaving === undefined);
  if (tenants.length <= LOOKS_PER_ROUND) return tenants;
  const ended = await endedGates(deps);
  const start = from % tenants.length;
  const round = [...tenants.slice(start), ...tenants.slice(0, start)].slice(0, LOOKS_PER_ROUND);
  return [...tenants.filter(({ tenantId }) => ended.has(gateWorkflowId(tenantId))), ...round];
}

async function endedGates({ client, logger }: WatchGatesDependencies): Promise<ReadonlySet<string>> {
  const since = new Date(Date.now() - ENDED_WITHIN_MS).toISOString();
  const query = `WorkflowType = '${GATE_WORKFLOW_TYPE}' AND CloseTime > '${since}' AND ExecutionStatus IN ('Terminated', 'Failed', 'TimedOut', 'Canceled')`;
  const ended = new Set<string>();
  try {
    for await (const { workflowId } of client.workflow.list({ query, pageSize: ENDED_LISTED })) {
      ended.add(workflowId);
      if (ended.size === ENDED_LISTED) break;
    }
  } catch (error) {
    logger.debug({ err: error }, 'cannot list the gates that ended; the round finds them');
  }
  return ended;
}

async function look(deps: WatchGatesDependencies, settings: TenantSettings): Promise<void> {
  const workflowId = gateWorkflowId(settings.tenantId);
  try {
    const { status } = await deps.client.workflow.getHandle(workflowId).describe();
    // It completes only when it has nothing to do here any more: its tenant was removed, or has moved.
    if (status.name === 'RUNNING' || status.name === 'COMPLETED') return;
    const result = await deps.gates.start(settings);
    if (result === 'started')
      deps.logger.warn(
        { tenant_id: settings.tenantId, status: status.name },
        'gate had ended; it was started again',
      );
  } catch (error) {
    // A tenant without a gate has asked for nothing yet.
    if (error instanceof WorkflowNotFoundError) return;
    deps.logger.warn(
      { tenant_id: settings.tenantId, err: error },
      'cannot look after the gate; trying again',
    );
  }
}
