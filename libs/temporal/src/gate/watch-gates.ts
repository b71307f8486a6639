import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { fromPlace } from '@vecino/foundation';
import type { Logger } from '@vecino/telemetry';
import { GATE_WORKFLOW_TYPE, type GateResult, gateWorkflowId, type TenantSettings } from '@vecino/workflows';
import type { GateClient } from '../gate-client.js';
import { withinSignal } from '../within-signal.js';
import { describeGate } from './describe-gate.js';

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

/** Of thousands of gates, so many are looked at each time; those that ended just now, or whose tenants came from elsewhere, besides. */
const LOOKS_PER_ROUND = 250;
const ENDED_LISTED = 500;
const ENDED_WITHIN_MS = 10 * 60_000;
/** Of one look, and of the list: a server that takes calls and says nothing must not keep the others from being looked at. */
const LOOK_LIMIT_MS = 10_000;

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
  const tenants = deps.tenants();
  if (tenants.length <= LOOKS_PER_ROUND) return tenants;
  const ended = await endedGates(deps);
  const round = fromPlace(tenants, from).slice(0, LOOKS_PER_ROUND);
  const moved = tenants.filter((tenant) => tenant.moved !== undefined).slice(0, LOOKS_PER_ROUND);
  return [...tenants.filter(({ tenantId }) => ended.has(gateWorkflowId(tenantId))), ...moved, ...round];
}

/** Ends with the watch, and by itself. */
const limited = <T>({ client, signal }: WatchGatesDependencies, calls: () => Promise<T>): Promise<T> =>
  withinSignal(client, { signal }, () => client.withDeadline(Date.now() + LOOK_LIMIT_MS, calls));

async function endedGates(deps: WatchGatesDependencies): Promise<ReadonlySet<string>> {
  const { client, logger } = deps;
  const since = new Date(Date.now() - ENDED_WITHIN_MS).toISOString();
  const query = `WorkflowType = '${GATE_WORKFLOW_TYPE}' AND CloseTime > '${since}' AND ExecutionStatus IN ('Terminated', 'Failed', 'TimedOut', 'Canceled')`;
  const ended = new Set<string>();
  try {
    await limited(deps, async () => {
      for await (const { workflowId } of client.workflow.list({ query, pageSize: ENDED_LISTED })) {
        ended.add(workflowId);
        if (ended.size === ENDED_LISTED) break;
      }
    });
  } catch (error) {
    logger.debug({ err: error }, 'cannot list the gates that ended; the round finds them');
  }
  return ended;
}

async function look(deps: WatchGatesDependencies, settings: TenantSettings): Promise<void> {
  const workflowId = gateWorkflowId(settings.tenantId);
  try {
    const { status, isDue } = await limited(deps, async () => {
      const gate = await describeGate(deps.client, workflowId);
      return { ...gate, isDue: await mustStart(deps.client, settings, gate.status) };
    });
    if (!isDue) return;
    const result = await deps.gates.start(settings);
    if (result === 'started')
      deps.logger.warn(
        { tenant_id: settings.tenantId, status },
        status === 'NONE' || status === 'COMPLETED'
          ? 'the tenant came from another namespace; its gate was started'
          : 'gate had ended; it was started again',
      );
  } catch (error) {
    if (deps.signal.aborted) return;
    deps.logger.warn(
      { tenant_id: settings.tenantId, err: error },
      'cannot look after the gate; trying again',
    );
  }
}

/**
 * Whether the gate is to be started without waiting for a request: it died, or its tenant came from another namespace and
 * has left there what waits. One that completed has nothing to do here any more: its tenant was removed, or had moved away.
 */
async function mustStart(
  client: Client,
  { tenantId, moved }: TenantSettings,
  status: Awaited<ReturnType<typeof describeGate>>['status'],
): Promise<boolean> {
  switch (status) {
    case 'RUNNING':
    case 'PAUSED':
      return false;
    case 'NONE':
      return moved !== undefined;
    case 'COMPLETED': {
      if (moved === undefined) return false;
      const result = (await client.workflow.getHandle(gateWorkflowId(tenantId)).result()) as GateResult;
      // Started in vain costs nothing: the gate finds out where it stands.
      return result.kind === 'forwarded' || result.epoch < moved.epoch;
    }
    case 'FAILED':
    case 'CANCELLED':
    case 'TERMINATED':
    case 'TIMED_OUT':
    case 'CONTINUED_AS_NEW':
    case 'UNSPECIFIED':
    case 'UNKNOWN':
      return true;
  }
}
