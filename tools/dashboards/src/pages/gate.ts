import { METRICS, TEMPORAL_METRICS } from '@vecino/telemetry';
import { counted, exactly, oneOf, quantile, series, standing } from '@vecino/telemetry/promql';
import { OF_REASON, OF_TENANT, orZero, POINT, REASON, TENANT } from '../expressions.js';
import { LAST_LOOK, SILENT_GATES } from '../figures.js';
import { TEMPORAL_NAMESPACE, TEMPORAL_UI, tracesOfAll, UIDS, workflowsOfAll } from '../links.js';
import type { Page } from '../page.js';
import { chart, mustBeZero, stat, worseFrom } from '../panel.js';
import { recentP95 } from '../proof/plainly.js';
import { EVENTFUL, LARGE, RUN } from '../proof/proving-run.js';
import type { Bounds } from '../proof/right.js';

const DECISION = 'vecino.gate.decision';
const CAUSE = 'vecino.wait.cause';
const PLACE = ['namespace', 'task_queue'] as const;
const OF_PLACE = '{{namespace}} {{task_queue}}';
const TASKS = ['namespace', 'task_queue', 'vecino.task_type'] as const;

const saturation = `${standing(METRICS.slotsUsed)} / ${standing(METRICS.slotLimit)}`;
const fill = standing(METRICS.queueFill);
/** How full the eventful tenant's queue is while its two slow routers take all of its cap. */
const filled = RUN.eventful.waiting / RUN.eventful.queue;
const FILLED: Bounds = [filled * 0.99, filled * 1.01];
const unserved = `${standing(METRICS.queueUnserved)} > 0`;

export const GATE_AND_FAIRNESS: Page = {
  uid: UIDS.gate,
  title: 'Vecino · Gate and fairness',
  question: 'Is every tenant admitted as was agreed, and does nobody wait because of somebody else?',
  variables: [TEMPORAL_UI, TEMPORAL_NAMESPACE],
  links: [tracesOfAll, workflowsOfAll],
  rows: [
    {
      title: 'Now',
      panels: [
        stat({
          title: 'Gates last asked',
          description:
            'Age of what is said here of gates and queues; 15 s is normal. Red: no projector reaches Temporal. Runbook: projector away.',
          ...LAST_LOOK,
        }),
        stat({
          title: 'Gates without an answer',
          description:
            'Open, but nobody serves them: their tenants’ requests stand still. Start a worker that serves these tenants. Runbook: gate ended.',
          ...SILENT_GATES,
        }),
        stat({
          title: 'Queues without a worker',
          description:
            'Task queues with tasks that nobody has asked for within 5 minutes. Start the worker: dedicated for tenant-…, shared for all else; status-projector for its own.',
          unit: 'short',
          thresholds: mustBeZero,
          query: { legend: 'queues', expr: orZero(`count(${unserved})`), right: { all: [1, 1] } },
        }),
        stat({
          title: 'Tenants at their cap',
          description: 'All slots in use. That is agreed and no fault; many at once is a busy night.',
          unit: 'short',
          query: {
            legend: 'tenants',
            expr: orZero(`count(${saturation} >= 1)`),
            right: { all: [0, 3], once: [1, 3] },
          },
        }),
        stat({
          title: 'Fullest queue',
          description:
            'Share of a tenant’s queue that is in use. At 100 % its requests are refused with QUEUE_FULL: see by tenant, below.',
          unit: 'percentunit',
          thresholds: worseFrom(0.7, 0.9),
          query: { legend: 'full', expr: orZero(`max(${fill})`), right: { all: [0, 0], once: FILLED } },
        }),
        stat({
          title: 'Tasks that wait',
          description:
            'For a worker, on all task queues together. Growing: too few workers for what is admitted.',
          unit: 'short',
          thresholds: worseFrom(100, 1_000),
          query: {
            legend: 'tasks',
            expr: orZero(`sum(${standing(METRICS.queueBacklog)})`),
            right: { all: [1, 100] },
          },
        }),
      ],
    },
    {
      title: 'Fairness',
      panels: [
        {
          kind: 'bars',
          title: 'Slots in use, of the cap',
          description: 'By tenant, the fullest 15. Who is full waits for itself, for nobody else.',
          width: 8,
          unit: 'percentunit',
          max: 1,
          thresholds: worseFrom(0.9),
          query: {
            legend: OF_TENANT,
            expr: `topk(15, ${saturation})`,
            right: { all: [0, 1], has: [{ labels: LARGE, peak: [0, 0] }], once: [1, 1] },
          },
        },
        {
          kind: 'bars',
          title: 'Queue in use',
          description: 'By tenant, the fullest 15. At 100 % requests are refused.',
          width: 8,
          unit: 'percentunit',
          max: 1,
          thresholds: worseFrom(0.7, 0.9),
          query: {
            legend: OF_TENANT,
            expr: `topk(15, ${fill})`,
            right: { all: [0, 1], has: [{ labels: LARGE, peak: [0, 0] }], once: FILLED },
          },
        },
        chart({
          title: 'Starts, by tenant',
          description:
            'About how many since the point before; the ten with the most. A tenant that floods must not push down what others start.',
          style: 'bars',
          unit: 'short',
          queries: [
            {
              legend: OF_TENANT,
              expr: `topk(10, ${counted(series(METRICS.gateDecisions, { [DECISION]: oneOf('admitted') }), POINT, [TENANT])})`,
              right: {
                all: [0, 20],
                has: [
                  { labels: LARGE, peak: [1, RUN.large.first + 1.4] },
                  { labels: EVENTFUL, peak: [1, 20] },
                ],
              },
            },
          ],
        }),
      ],
    },
    {
      title: 'Decisions',
      panels: [
        chart({
          title: 'What gates decide',
          description:
            'About how many since the point before. Rejected of many tenants at once: our limits or image store.',
          style: 'bars',
          unit: 'short',
          queries: [
            {
              legend: '{{vecino_gate_decision}}',
              expr: counted(series(METRICS.gateDecisions), POINT, [DECISION]),
              right: {
                all: [0, 40],
                has: [
                  { labels: { [DECISION]: 'admitted' }, peak: [5, 40] },
                  { labels: { [DECISION]: 'queued' }, peak: [1, 40] },
                  { labels: { [DECISION]: 'rejected' }, peak: [1, 40] },
                ],
              },
            },
          ],
        }),
        chart({
          title: 'Why not at once',
          description:
            'Queued or refused, by reason, since the point before. CAP_REACHED and ROUTER_BUSY are the tenant’s own; STATUS_BACKLOG and GATE_CLOSING are ours. docs/errors.md.',
          style: 'bars',
          unit: 'short',
          queries: [
            {
              legend: OF_REASON,
              expr: counted(
                series(METRICS.gateDecisions, { [DECISION]: oneOf('queued', 'rejected') }),
                POINT,
                [REASON],
              ),
              right: {
                all: [0, 20],
                has: [
                  { labels: { [REASON]: 'CAP_REACHED' }, peak: [1, 20] },
                  { labels: { [REASON]: 'RATE_LIMITED' }, peak: [1, 20] },
                ],
              },
            },
          ],
        }),
        chart({
          title: 'Wait until STARTED, 95 % below',
          description:
            'Over 5 minutes, by cause. `none` and `platform` above 5 s break what we promise: look at the workers, below, and at ingest. `limit` is agreed.',
          style: 'lines',
          unit: 's',
          thresholds: worseFrom(5),
          queries: [
            {
              legend: '{{vecino_wait_cause}}',
              expr: quantile(0.95, METRICS.queueWait, '5m', {}, [CAUSE]),
              right: {
                all: [0, 900],
                has: [{ labels: { [CAUSE]: 'none' } }, { labels: { [CAUSE]: 'limit' } }],
                same: recentP95('vecino_queue_wait_seconds', { by: ['vecino_wait_cause'] }),
              },
            },
          ],
        }),
      ],
    },
    {
      title: 'Workers',
      panels: [
        chart({
          title: 'Tasks that wait, by queue',
          description:
            'For a worker; the ten longest. A line that does not come down needs workers for that queue.',
          style: 'lines',
          unit: 'short',
          queries: [
            {
              legend: `${OF_PLACE} {{vecino_task_type}}`,
              expr: `topk(10, ${standing(METRICS.queueBacklog, {}, TASKS)})`,
              right: {
                all: [0, 100],
                has: [
                  { labels: { task_queue: 'status-projector' } },
                  { labels: { task_queue: RUN.unserved.taskQueue }, peak: [1, 10] },
                ],
              },
            },
          ],
        }),
        chart({
          title: 'How long tasks wait for a worker, 95 % below',
          description:
            'Over 5 minutes, by kind. Workflow tasks above 0.5 s delay every decision: more worker processes. Activities above 5 s: more slots.',
          style: 'lines',
          unit: 's',
          queries: [
            {
              legend: 'workflow tasks',
              expr: quantile(0.95, TEMPORAL_METRICS.workflowTaskWait, '5m'),
              right: {
                all: [0, 60],
                peak: [0.001, 60],
                same: recentP95('temporal_workflow_task_schedule_to_start_latency_seconds'),
              },
            },
            {
              legend: 'activities',
              expr: quantile(0.95, TEMPORAL_METRICS.activityWait, '5m'),
              right: {
                all: [0, 60],
                peak: [0.001, 60],
                same: recentP95('temporal_activity_schedule_to_start_latency_seconds'),
              },
            },
          ],
        }),
        chart({
          title: 'Free slots for activities, by queue',
          description:
            'Of all workers of a queue; the ten with the fewest. Zero for long: more workers, or more slots in each.',
          style: 'lines',
          unit: 'short',
          queries: [
            {
              legend: OF_PLACE,
              expr: `bottomk(10, sum by (${PLACE.join(', ')}) (${series(TEMPORAL_METRICS.slotsAvailable, { worker_type: exactly('ActivityWorker') })}))`,
              right: {
                all: [0, 10_000],
                has: [
                  {
                    labels: {
                      namespace: RUN.large.namespace,
                      task_queue: `tenant-${RUN.large.tenant}-deployments`,
                    },
                    // All ten, while it has nothing to do.
                    peak: [5, 50],
                  },
                ],
              },
            },
          ],
        }),
      ],
    },
  ],
};
