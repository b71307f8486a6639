import { type NativeConnection, Worker } from '@temporalio/worker';
import type { Tracing } from '@vecino/telemetry';
import { GATE_WORKFLOW_TYPE } from '@vecino/workflows';
import { activityContext } from './activity-context.js';
import { redactFailures } from './redact-failures.js';
import type { WorkflowBundle } from './workflow-bundle.js';
import { workerTracing } from './worker-tracing.js';

/** What one Worker may use. */
export interface WorkerLimits {
  /** Activities at once. */
  readonly activities: number;
  /** Workflow tasks at once; at least 2. */
  readonly workflowTasks: number;
  /** Workflows kept in memory between their tasks, about 1 MB each; one that is evicted is replayed. */
  readonly cachedWorkflows: number;
  /** Long polls of each kind, always open; at least 2 where workflows are cached. A frontend allows 1,200 of each kind per namespace. */
  readonly pollers: number;
  /** Lets a workflow task start its activities without the task queue. To be off where the queue orders tenants. */
  readonly eagerActivities: boolean;
}

/** For the task queue of one tenant: its gate and as many deployments as its cap allows. */
export const tenantLimits = (cap: number): WorkerLimits => ({
  activities: cap,
  workflowTasks: 10,
  cachedWorkflows: 2 * cap + 10,
  pollers: 2,
  eagerActivities: true,
});

/** For the task queue that the pooled tenants share. */
export const POOL_LIMITS: WorkerLimits = {
  activities: 100,
  workflowTasks: 40,
  cachedWorkflows: 500,
  pollers: 5,
  eagerActivities: false,
};

export interface TenantWorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  /** Without one the Worker runs activities only. */
  readonly bundle?: WorkflowBundle;
  readonly activities?: object;
  readonly limits: WorkerLimits;
  /** To be given exactly where the bundle was made for tracing. */
  readonly tracing?: Tracing;
  /** Names the process in Temporal's UI and in histories. */
  readonly identity?: string;
  /** Time for running activities to finish after a shutdown; then they are cancelled. */
  readonly shutdownGraceMs?: number;
  /** How long a workflow waits for the Worker that has it in memory before any other may take it; the SDK's default is 10 s. */
  readonly stickyMs?: number;
}

export const SHUTDOWN_GRACE_MS = 10_000;
/** Past the grace, cancelled activities get this long to report it before the Worker lets go of them. */
const FORCE_AFTER_GRACE_MS = 5_000;
/** A Worker that was let go of tells Temporal, which may not answer. */
const LET_GO_MS = 1_000;

/** Nobody need wait longer for a Worker to end, whatever its activities and Temporal do. */
export const drainWithinMs = (shutdownGraceMs: number): number =>
  shutdownGraceMs + FORCE_AFTER_GRACE_MS + LET_GO_MS;

const HEARTBEAT_THROTTLE_MS = 1_000;

/**
 * A workflow's turn that takes longer is cut off, and Node.js dies of it (nodejs/node#38503, temporalio/sdk-typescript#939). The
 * SDK's 5 s are over when a machine stands still amid a turn: a paused process would not go on, it would crash.
 */
const TURN_LIMIT_MS = 10 * 60_000;
/** An option that the SDK has and its types do not. */
const turnLimit = { isolateExecutionTimeout: TURN_LIMIT_MS };

/** Fixed: with autoscaling, ten queues on one machine made 11.6 workflows/s, like this 15.7. The SDK allows no more polls than slots. */
export const pollsOf = ({ pollers, activities, workflowTasks }: WorkerLimits) => ({
  maxConcurrentActivityTaskPolls: Math.min(pollers, activities),
  maxConcurrentWorkflowTaskPolls: Math.min(pollers, workflowTasks),
});

export function createTenantWorker(options: TenantWorkerOptions): Promise<Worker> {
  const { limits, tracing, shutdownGraceMs = SHUTDOWN_GRACE_MS } = options;
  const traced = tracing && workerTracing(tracing);
  return Worker.create({
    connection: options.connection,
    namespace: options.namespace,
    taskQueue: options.taskQueue,
    ...(options.identity !== undefined && { identity: options.identity }),
    ...(options.bundle && { workflowBundle: options.bundle }),
    ...(options.activities && { activities: options.activities }),
    maxConcurrentActivityTaskExecutions: limits.activities,
    maxConcurrentWorkflowTaskExecutions: limits.workflowTasks,
    maxCachedWorkflows: limits.cachedWorkflows,
    ...(options.stickyMs !== undefined && { stickyQueueScheduleToStartTimeout: options.stickyMs }),
    ...(!limits.eagerActivities && { maxEagerActivityReservationsPerWorkflowTask: 0 }),
    ...pollsOf(limits),
    ...turnLimit,
    // A gate whose history its code does not lead to would stand still for ever: it fails, and the next one is rebuilt from that history.
    workflowFailureErrorTypes: { '*': [], [GATE_WORKFLOW_TYPE]: ['NondeterminismError'] },
    // A cancelled activity hears of it with its next heartbeat: the default throttle would hold that back for 24 s.
    maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE_MS,
    shutdownGraceTime: shutdownGraceMs,
    shutdownForceTime: shutdownGraceMs + FORCE_AFTER_GRACE_MS,
    ...(traced?.sinks && { sinks: traced.sinks }),
    interceptors: { activity: [...(traced?.interceptors?.activity ?? []), activityContext, redactFailures] },
  });
}
