import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { Client } from '@temporalio/client';
import type { Logger } from '@vecino/telemetry';
import { gateWorkflowId, type TenantSettings } from '@vecino/workflows';
import type { GateClient } from '../gate-client.js';

/** A gate that died runs again within this time and the next look, without waiting for a request. */
export const WATCH_INTERVAL_MS = 5_000;

export interface WatchGatesDependencies {
  readonly client: Client;
  readonly gates: GateClient;
  /** The tenants as the registry has them now. */
  readonly tenants: () => Iterable<TenantSettings>;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly intervalMs?: number;
}

/** Looks after the gates until the signal aborts. Several watchdogs do no harm: only one start of a gate succeeds. */
export async function watchGates(deps: WatchGatesDependencies): Promise<void> {
  while (!deps.signal.aborted) {
    for (const settings of deps.tenants()) await look(deps, settings);
    await sleep(deps.intervalMs ?? WATCH_INTERVAL_MS, undefined, { signal: deps.signal }).catch(
      () => undefined,
    );
  }
}

async function look(deps: WatchGatesDependencies, settings: TenantSettings): Promise<void> {
  const workflowId = gateWorkflowId(settings.tenantId);
  try {
    const { status } = await deps.client.workflow.getHandle(workflowId).describe();
    if (status.name === 'RUNNING') return;
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
