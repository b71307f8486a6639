import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { askTemporal } from './ask-temporal.js';

export const TASK_TYPES = ['workflow', 'activity'] as const;
export type TaskType = (typeof TASK_TYPES)[number];

export interface QueueStanding {
  /** Who has asked for tasks within five minutes. */
  readonly pollers: number;
  /** Tasks that wait, about. */
  readonly backlog: number;
}

const CALL_LIMIT_MS = 10_000;
const { TaskQueueType } = temporal.api.enums.v1;
const TYPES = {
  workflow: TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  activity: TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
} as const satisfies Record<TaskType, unknown>;

/** @throws TemporalError */
export const queueStanding = (client: Client, taskQueue: string, type: TaskType): Promise<QueueStanding> =>
  askTemporal(client, `look at task queue ${taskQueue}`, CALL_LIMIT_MS, async () => {
    const { pollers, stats } = await client.workflowService.describeTaskQueue({
      namespace: client.options.namespace,
      taskQueue: { name: taskQueue },
      taskQueueType: TYPES[type],
      reportStats: true,
    });
    return { pollers: pollers.length, backlog: Number(stats?.approximateBacklogCount ?? 0) };
  });
