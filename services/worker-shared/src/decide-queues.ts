import type { EpochMs } from '@vecino/foundation';
import {
  ownTaskQueueOf,
  POOL_TASK_QUEUE,
  type Registry,
  type Tenant,
  tenantOf,
  tenantOfTaskQueue,
} from '@vecino/tenancy';
import { POOL_LIMITS, type QueueAssignment } from '@vecino/temporal';
import { leftoverQueueOf, ownQueueOf } from '@vecino/worker';

/** All that decides which task queues this process serves. */
export interface QueueFacts {
  readonly registry: Registry;
  /** The namespace that tenants share. */
  readonly namespace: string;
  readonly now: EpochMs;
  /** Until when each tenant's own queue is to be served without a further reason: a wake, a deployment, a gate with work. */
  readonly heldUntil: ReadonlyMap<string, EpochMs>;
  /** Queues that have a Worker in this process. */
  readonly served: ReadonlySet<string>;
  /** Workers for tenants' own queues at once. */
  readonly maxWorkers: number;
  /** Orders the queues that compete for the last Workers; each process its own way, so that together they serve more. */
  readonly rank: (taskQueue: string) => number;
}

export interface QueueDecision {
  /** The pool, and tenants' own queues, with the limits of this moment. */
  readonly serve: readonly QueueAssignment[];
  /** Served, and quiet for so long that their Workers end, if their gates say that they are idle. */
  readonly ask: readonly string[];
  /** Served, and another service's now. */
  readonly drain: readonly string[];
  /** Queues that would be served, were there not too many. */
  readonly waiting: readonly string[];
}

/**
 * Every own queue in the shared namespace is worker-shared's, but for those of tenants on the route `dedicated`: also what
 * a tenant left behind on its queue when it moved or was removed.
 */
export function isOurs(tenant: Tenant | undefined): boolean {
  switch (tenant?.route) {
    case 'dedicated':
      return false;
    case 'pooled':
    case 'queue':
    case 'namespace':
    case undefined:
      return true;
  }
}

export function decideQueues(facts: QueueFacts): QueueDecision {
  const { registry, now, heldUntil, served, maxWorkers } = facts;
  const ours = (taskQueue: string) => isOurs(tenantOf(registry, tenantOfTaskQueue(taskQueue) ?? ''));
  const isHeld = (taskQueue: string) => (heldUntil.get(taskQueue) ?? 0) > now;
  const own = [...served].filter((taskQueue) => taskQueue !== POOL_TASK_QUEUE);
  const kept = own.filter(ours);
  const wanted = [...heldUntil.keys()]
    .filter((taskQueue) => !served.has(taskQueue) && isHeld(taskQueue) && ours(taskQueue))
    .sort((a, b) => facts.rank(a) - facts.rank(b));
  const room = Math.max(0, maxWorkers - kept.length);
  const queues = [...kept, ...wanted.slice(0, room)];
  return {
    serve: [poolOf(facts), ...queues.map((taskQueue) => assignmentOf(taskQueue, facts))],
    ask: kept.filter((taskQueue) => !isHeld(taskQueue)),
    drain: own.filter((taskQueue) => !ours(taskQueue)),
    waiting: wanted.slice(room),
  };
}

/** Always: a tenant that joins the pool must find it served. */
const poolOf = ({ namespace }: QueueFacts): QueueAssignment => ({
  namespace,
  taskQueue: POOL_TASK_QUEUE,
  limits: POOL_LIMITS,
});

function assignmentOf(taskQueue: string, { registry, namespace }: QueueFacts): QueueAssignment {
  const tenantId = tenantOfTaskQueue(taskQueue) ?? '';
  const tenant = tenantOf(registry, tenantId);
  return tenant === undefined ? leftoverQueueOf(tenantId, namespace) : ownQueueOf(tenant, namespace);
}

/** Own queues that a change of the registry may have given something to do: the tenant's gate goes to its new queue, or leaves its old one. */
export function queuesToHold(before: Tenant, after: Tenant): readonly string[] {
  const usesOwn = ({ route }: Tenant): boolean => route === 'queue' || route === 'dedicated';
  const moves = before.route !== after.route || before.moved?.epoch !== after.moved?.epoch;
  return moves && isOurs(after) && (usesOwn(before) || usesOwn(after)) ? [ownTaskQueueOf(after.id)] : [];
}
