import { WorkflowNotFoundError } from '@temporalio/common';
import type { Client } from '@temporalio/client';
import { VecinoError } from '@vecino/foundation';
import { gateWorkflowId } from '@vecino/workflows';

/** A gate that works continues as new at 4,000 events and 4 MB; one that is past these has nobody working on it. */
export const GATE_EVENTS_LIMIT = 8_000;
export const GATE_HISTORY_BYTES_LIMIT = 10 * 1024 * 1024;
/** A gate is looked at once in so many batches of at most 256 KB, so it can't grow by more than 2.5 MB unseen by one sender. */
const BATCHES_BETWEEN_LOOKS = 10;

/**
 * Holds back the tenant of a gate whose history only grows, as it does while no worker runs: at 50 MB the server would
 * terminate it. Nothing is lost meanwhile, for what is held back stays uncommitted on Kafka.
 */
export class GateLoad {
  readonly #batches = new Map<string, number>();

  /** @throws VecinoError `BACK_PRESSURE` while the gate must not be given more */
  async check(client: Client, tenantId: string): Promise<void> {
    const batches = this.#batches.get(tenantId) ?? 0;
    if (batches > 0 && batches < BATCHES_BETWEEN_LOOKS) return void this.#batches.set(tenantId, batches + 1);
    const load = await loadOf(client, tenantId);
    const full = load.events >= GATE_EVENTS_LIMIT || load.bytes >= GATE_HISTORY_BYTES_LIMIT;
    // A full gate is looked at before each batch, until it has continued as new.
    this.#batches.set(tenantId, full ? 0 : 1);
    if (!full) return;
    throw new VecinoError(
      'BACK_PRESSURE',
      `${gateWorkflowId(tenantId)} takes nothing in: see that its worker runs`,
      {
        disposition: 'retry',
        data: { tenant_id: tenantId, history_events: load.events, history_bytes: load.bytes },
      },
    );
  }
}

async function loadOf(
  client: Client,
  tenantId: string,
): Promise<{ readonly events: number; readonly bytes: number }> {
  try {
    const gate = await client.workflow.getHandle(gateWorkflowId(tenantId)).describe();
    if (gate.status.name !== 'RUNNING') return { events: 0, bytes: 0 };
    return { events: gate.historyLength, bytes: gate.historySize ?? 0 };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { events: 0, bytes: 0 };
    throw error;
  }
}
