import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { EpochMs } from '@vecino/foundation';
import { askTemporal } from './ask-temporal.js';

export const TASK_TYPES = ['workflow', 'activity'] as const;
export type TaskType = (typeof TASK_TYPES)[number];

export interface QueueStanding {
  /** Who has asked for tasks within five minutes. */
  readonly pollers: number;
  /** When one asked last; undefined where nobody did within five minutes. */
  readonly polledAt?: EpochMs;
  /** Tasks that wait, about. */
  readonly backlog: number;
}

const CALL_LIMIT_MS = 10_000;
const { TaskQueueType } = temporal.api.enums.v1;
const TYPES = {
  workflow: TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  activity: TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
} as const satisfies Record<TaskType, unknown>;

/**
 * Of the client's namespace unless another is named.
 *
 * @throws TemporalError
 */
export const queueStanding = (
  client: Client,
  taskQueue: string,
  type: TaskType,
  namespace = client.options.namespace,
): Promise<QueueStanding> =>
  askTemporal(client, `look at task queue ${taskQueue}`, CALL_LIMIT_MS, async () => {
    const { pollers, stats } = await client.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: taskQueue },
      taskQueueType: TYPES[type],
      reportStats: true,
    });
    const polls = pollers.map(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1_000);
    return {
      pollers: pollers.length,
      ...(polls.length > 0 && { polledAt: Math.max(...polls) }),
      backlog: Number(stats?.approximateBacklogCount ?? 0),
    };
  });
