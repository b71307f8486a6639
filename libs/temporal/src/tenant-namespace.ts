import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { SEARCH_ATTRIBUTES } from '@vecino/workflows';
import { ensureSearchAttributes } from './search-attributes.js';
import { translateTemporalError } from './temporal-error.js';

/** Temporal's own floor. */
export const MIN_RETENTION_MS = 24 * 60 * 60_000;
export const DEFAULT_RETENTION_MS = 72 * 60 * 60_000;

export interface NamespaceOrder {
  readonly namespace: string;
  /** How long Temporal keeps closed workflows. Undefined: the default for a new namespace, and what it has for one that exists. */
  readonly retentionMs?: number | undefined;
  readonly description?: string;
  /** Ends the wait; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

const USABLE_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 100;
const ALREADY_EXISTS = 6;

/**
 * Makes a namespace with its retention and Vecino's search attributes, or brings one that exists up to that, and waits until
 * it can be used: servers hear of a namespace, and of its attributes, with a delay of seconds. Safe to run at any time.
 *
 * @throws TemporalError
 */
export async function ensureNamespace(
  connection: Connection,
  order: NamespaceOrder,
): Promise<'created' | 'updated' | 'unchanged'> {
  const { namespace, signal } = order;
  try {
    const done = (await register(connection, order)) ? 'created' : await update(connection, order);
    await untilUsable(() => ensureSearchAttributes(connection, namespace), signal);
    await untilUsable(() => countByEachAttribute(connection, namespace), signal);
    return done;
  } catch (error) {
    signal?.throwIfAborted();
    throw translateTemporalError(error, `make the namespace ${namespace}`);
  }
}

/** False where it exists. */
async function register(
  { workflowService }: Connection,
  { namespace, retentionMs = DEFAULT_RETENTION_MS, description = '' }: NamespaceOrder,
): Promise<boolean> {
  try {
    await workflowService.registerNamespace({
      namespace,
      description,
      workflowExecutionRetentionPeriod: msToTs(retentionMs),
    });
    return true;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === ALREADY_EXISTS) return false;
    throw error;
  }
}

async function update(
  { workflowService }: Connection,
  { namespace, retentionMs }: NamespaceOrder,
): Promise<'updated' | 'unchanged'> {
  if (retentionMs === undefined) return 'unchanged';
  const { config } = await workflowService.describeNamespace({ namespace });
  const { seconds } = config?.workflowExecutionRetentionTtl ?? {};
  if (Number(seconds ?? 0) * 1_000 === retentionMs) return 'unchanged';
  await workflowService.updateNamespace({
    namespace,
    config: { workflowExecutionRetentionTtl: msToTs(retentionMs) },
  });
  return 'updated';
}

/** Fails while the server does not know one of them: a workflow that sets it would be refused. */
const countByEachAttribute = ({ workflowService }: Connection, namespace: string) =>
  workflowService.countWorkflowExecutions({
    namespace,
    query: Object.values(SEARCH_ATTRIBUTES)
      .map((name) => `${name} = "none"`)
      .join(' AND '),
  });

async function untilUsable(attempt: () => Promise<unknown>, signal?: AbortSignal): Promise<void> {
  const deadline = Date.now() + USABLE_WITHIN_MS;
  for (;;) {
    signal?.throwIfAborted();
    try {
      await attempt();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await sleep(LOOK_EVERY_MS, undefined, signal && { signal }).catch(() => undefined);
  }
}
