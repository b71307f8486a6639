import { CALL_SECONDS, WORK_SECONDS } from './buckets.js';
import { type MetricSpec, TEMPORAL_WORKERS, WORKERS } from './metric.js';
import type { LabelName } from './labels.js';

const PLACE = ['namespace', 'task_queue'] as const;

const counterOf = <const L extends readonly LabelName[]>(name: string, labels: L, meaning: string) =>
  ({
    kind: 'counter',
    name: `temporal_${name}`,
    unit: '{event}',
    labels,
    from: TEMPORAL_WORKERS,
    meaning,
  }) as const;
const gaugeOf = <const L extends readonly LabelName[]>(name: string, labels: L, meaning: string) =>
  ({
    kind: 'gauge',
    name: `temporal_${name}`,
    unit: '{thing}',
    merge: 'sum',
    labels,
    from: TEMPORAL_WORKERS,
    meaning,
  }) as const;
const latencyOf = <const L extends readonly LabelName[]>(
  name: string,
  labels: L,
  meaning: string,
  buckets: readonly number[] = CALL_SECONDS,
) =>
  ({
    kind: 'histogram',
    name: `temporal_${name}`,
    unit: 's',
    buckets,
    labels,
    from: TEMPORAL_WORKERS,
    meaning,
  }) as const;
/** The projector runs activities only. */
const ofWorkflows = <const Spec extends object>(spec: Spec) => ({ ...spec, from: WORKERS }) as const;

/** What Temporal's SDK measures of a process's Workers, by the SDK's own names. */
export const TEMPORAL_METRICS = {
  pollers: gaugeOf('num_pollers', [...PLACE, 'poller_type'], 'Open polls for tasks.'),
  slotsAvailable: gaugeOf('worker_task_slots_available', [...PLACE, 'worker_type'], 'Slots that are free.'),
  slotsUsed: gaugeOf('worker_task_slots_used', [...PLACE, 'worker_type'], 'Slots in use.'),
  stickyCache: ofWorkflows(gaugeOf('sticky_cache_size', PLACE, 'Workflows in memory.')),
  stickyEvictions: ofWorkflows(
    counterOf(
      'sticky_cache_total_forced_eviction',
      PLACE,
      'Workflows that had to leave memory for others, and are replayed with their next task.',
    ),
  ),
  workersStarted: counterOf('worker_start', PLACE, 'Workers that began to poll.'),
  workflowTaskFailed: ofWorkflows(
    counterOf(
      'workflow_task_execution_failed',
      [...PLACE, 'workflow_type'],
      'Workflow tasks that failed: code that threw, or a history that it does not fit.',
    ),
  ),
  workflowTaskWait: ofWorkflows(
    latencyOf(
      'workflow_task_schedule_to_start_latency',
      PLACE,
      'How long workflow tasks waited for a worker.',
    ),
  ),
  workflowTaskWork: ofWorkflows(
    latencyOf(
      'workflow_task_execution_latency',
      [...PLACE, 'workflow_type'],
      'How long workflow tasks took.',
    ),
  ),
  workflowReplay: ofWorkflows(
    latencyOf(
      'workflow_task_replay_latency',
      [...PLACE, 'workflow_type'],
      'How long it took to replay a workflow that had left memory.',
    ),
  ),
  activityFailed: counterOf(
    'activity_execution_failed',
    [...PLACE, 'activity_type'],
    'Attempts of activities that failed; most are retried.',
  ),
  activityWait: latencyOf(
    'activity_schedule_to_start_latency',
    PLACE,
    'How long activities waited for a slot of a worker.',
    WORK_SECONDS,
  ),
  activityWork: latencyOf(
    'activity_execution_latency',
    [...PLACE, 'activity_type'],
    'How long attempts of activities took.',
    WORK_SECONDS,
  ),
  requestFailed: counterOf(
    'request_failure',
    ['namespace', 'operation', 'status_code'],
    'Calls to Temporal that failed, each try of them.',
  ),
  longRequestFailed: counterOf(
    'long_request_failure',
    ['namespace', 'operation', 'status_code'],
    'Long polls of Temporal that failed.',
  ),
  requestLatency: latencyOf(
    'request_latency',
    ['namespace', 'operation'],
    'How long calls to Temporal took.',
  ),
} as const satisfies Record<string, MetricSpec>;
