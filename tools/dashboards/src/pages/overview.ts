import { METRICS, SERVICE_METRICS } from '@vecino/telemetry';
import {
  buckets,
  counted,
  noneOf,
  observations,
  perSecond,
  series,
  standing,
} from '@vecino/telemetry/promql';
import { goodShare, judgedWithin, OBJECTIVES, START_WITHIN_SECONDS } from '@vecino/telemetry/slo';
import {
  OF_STATE,
  OF_TENANT,
  orZero,
  orZeroByTenant,
  POINT,
  SHOWN,
  sinceLook,
  STATE,
  TENANT,
} from '../expressions.js';
import { TEMPORAL_NAMESPACE, TEMPORAL_UI, tracesOfAll, UIDS, workflowsOfAll } from '../links.js';
import type { Page } from '../page.js';
import { atLeast, mustBeZero, stat, type StatPanel, type TablePanel, worseFrom } from '../panel.js';
import { about, EVENTFUL, LARGE, RUN, STARTED_IN_TIME } from '../proof/proving-run.js';

/** Eight in a row. */
const eighth = (panel: Omit<StatPanel, 'kind' | 'width'>): StatPanel => stat({ ...panel, width: 3 });
const notReady = `count(${series(SERVICE_METRICS.ready)} == 0)`;

const byTenant: TablePanel = {
  kind: 'table',
  title: 'Tenants',
  description:
    'Who is in trouble: the most failures first. Click a tenant for its own dashboard. A share below its objective is red; empty means that nothing happened in the shown time.',
  width: 24,
  height: 9,
  rows: { vecino_tenant_id: 'tenant' },
  sortBy: 'failed',
  columns: [
    {
      legend: 'slots in use',
      expr: standing(METRICS.slotsUsed),
      unit: 'short',
      right: { all: [0, 20], has: [{ labels: LARGE, peak: [0, 0] }] },
    },
    {
      legend: 'waiting',
      expr: standing(METRICS.queued),
      unit: 'short',
      thresholds: worseFrom(100, 1_000),
      right: { all: [0, 20], has: [{ labels: LARGE, peak: [0, 0] }] },
    },
    {
      legend: 'succeeded',
      expr: goodShare(judgedWithin('success', SHOWN)),
      unit: 'percentunit',
      thresholds: atLeast(OBJECTIVES.success.target),
      right: {
        all: [0, 1],
        has: [
          { labels: LARGE, peak: [1, 1] },
          { labels: EVENTFUL, peak: [0.7, 0.8] },
        ],
      },
    },
    {
      legend: 'started in time',
      expr: goodShare(judgedWithin('startInTime', SHOWN)),
      unit: 'percentunit',
      thresholds: atLeast(OBJECTIVES.startInTime.target),
      right: { all: [0, 1], has: [{ labels: LARGE }, { labels: EVENTFUL }], same: STARTED_IN_TIME },
    },
    {
      legend: 'failed',
      expr: orZeroByTenant(
        counted(
          series(METRICS.deploymentsEnded, { [STATE]: noneOf('SUCCEEDED', 'REJECTED', 'CANCELLED') }),
          SHOWN,
          [TENANT],
        ),
      ),
      unit: 'short',
      thresholds: worseFrom(1, 10),
      right: {
        all: [0, 20],
        has: [
          { labels: EVENTFUL, peak: about(RUN.eventful.failed) },
          { labels: LARGE, peak: [0, 0] },
        ],
      },
    },
    {
      legend: 'dead letters',
      expr: orZeroByTenant(counted(series(METRICS.deadLetters, { [TENANT]: noneOf('') }), SHOWN, [TENANT])),
      unit: 'short',
      thresholds: worseFrom(1),
      right: {
        all: [0, 20],
        has: [
          { labels: EVENTFUL, peak: about(RUN.eventful.deadLetters) },
          { labels: LARGE, peak: [0, 0] },
        ],
      },
    },
  ],
};

export const OVERVIEW: Page = {
  uid: UIDS.overview,
  title: 'Vecino · Platform',
  question:
    'Is anything wrong, and where? Top row first: what is not green links to the dashboard that says more.',
  variables: [TEMPORAL_UI, TEMPORAL_NAMESPACE],
  links: [tracesOfAll, workflowsOfAll],
  rows: [
    {
      title: 'Now',
      panels: [
        eighth({
          title: 'Processes away or not ready',
          description:
            'Processes that Prometheus cannot reach, and those whose /readyz says no. Ask each /readyz what it lacks; a worker or ingest that is away loses nothing, but its work waits.',
          unit: 'short',
          thresholds: mustBeZero,
          query: {
            legend: 'processes',
            expr: `(${notReady} or vector(0)) + (count(up == 0) or vector(0)) + 0 * count(${series(SERVICE_METRICS.ready)})`,
            right: { all: [0, 0] },
          },
        }),
        eighth({
          title: 'Processes ready',
          description: 'How many processes of Vecino say that they are ready. Compare with how many you run.',
          unit: 'short',
          query: {
            legend: 'processes',
            expr: `sum(${series(SERVICE_METRICS.ready)})`,
            right: { all: [RUN.processes, RUN.processes] },
          },
        }),
        eighth({
          title: 'Gates last asked',
          description:
            'Age of everything on these dashboards that is said of gates and queues; 15 s is normal. Red: no projector reaches Temporal, and nothing publishes statuses either. Runbook: projector away.',
          unit: 's',
          thresholds: worseFrom(45, 120),
          query: { legend: 'ago', expr: sinceLook, right: { all: [0.001, 40] } },
          more: UIDS.gate,
        }),
        eighth({
          title: 'Gates without an answer',
          description:
            'Tenants whose gate is open and does not answer: nobody polls their task queue, so nothing of theirs starts or ends. Start a worker that serves them. Runbook: gate ended.',
          unit: 'short',
          thresholds: mustBeZero,
          query: {
            legend: 'gates',
            expr: orZero(`sum(${standing(METRICS.gateSilent)})`),
            right: { all: [0, 0] },
          },
          more: UIDS.gate,
        }),
        eighth({
          title: 'Stuck deployments',
          description:
            'In one state for more than twice the time that it may take. Find them by tenant below, then ./vecino explain DEPLOYMENT.',
          unit: 'short',
          thresholds: mustBeZero,
          query: {
            legend: 'deployments',
            expr: orZero(`sum(${standing(METRICS.deploymentsStuck)})`),
            right: { all: [0, 0] },
          },
          more: UIDS.devices,
        }),
        eighth({
          title: 'Running',
          description:
            'Slots in use over all tenants. What waits, and why, is on the dashboard of the gates.',
          unit: 'short',
          query: {
            legend: 'running',
            expr: orZero(`sum(${standing(METRICS.slotsUsed)})`),
            right: { all: [0, 20] },
          },
          more: UIDS.gate,
        }),
        eighth({
          title: 'Ingest lag',
          description:
            'Records in Kafka that no gate has yet. Grows while a tenant is held back by its limit, or ingest, Redis or Temporal is away.',
          unit: 'short',
          thresholds: worseFrom(1_000, 10_000),
          query: {
            legend: 'records',
            expr: `sum(${standing(METRICS.ingestLag, {}, ['messaging.destination.name', 'messaging.destination.partition.id'])})`,
            right: { all: [0, 0] },
          },
          more: UIDS.ingest,
        }),
        eighth({
          title: 'Dead letters',
          description:
            'Records in the shown time that can never be carried out: a producer is at fault. ./vecino dlq lists them. Runbook: dead letters.',
          unit: 'short',
          thresholds: worseFrom(1, 100),
          query: {
            legend: 'records',
            expr: orZero(counted(series(METRICS.deadLetters), SHOWN)),
            right: { all: about(RUN.eventful.deadLetters + RUN.unknownTenant) },
          },
          more: UIDS.ingest,
        }),
      ],
    },
    { title: 'By tenant', panels: [byTenant] },
    {
      title: 'Work',
      panels: [
        {
          kind: 'chart',
          title: 'Deployments ended',
          description:
            'About how many ended since the point before, by state. FAILED of many tenants at once is ours (image store, network, release); of one tenant it is mostly its routers.',
          width: 8,
          style: 'bars',
          unit: 'short',
          queries: [
            {
              legend: OF_STATE,
              expr: counted(series(METRICS.deploymentsEnded), POINT, [STATE]),
              right: {
                all: [0, 40],
                has: [
                  { labels: { [STATE]: 'SUCCEEDED' }, peak: [1, 40] },
                  { labels: { [STATE]: 'FAILED' }, peak: [0.9, 2] },
                  { labels: { [STATE]: 'REJECTED' }, peak: [1, 20] },
                ],
              },
            },
          ],
        },
        {
          kind: 'chart',
          title: 'Requests taken in',
          description: 'Requests a second that ingest handed to gates, by tenant; the ten with the most.',
          width: 8,
          style: 'stacked',
          unit: 'reqps',
          queries: [
            {
              legend: OF_TENANT,
              expr: `topk(10, ${perSecond(series(METRICS.requestsTaken), POINT, [TENANT])})`,
              right: { all: [0, 50], has: [{ labels: LARGE, peak: [0.001, 50] }] },
            },
          ],
        },
        {
          kind: 'chart',
          title: `Started within ${START_WITHIN_SECONDS} s`,
          description:
            'Share of requests that were started in time over the hour before, by what made them wait. `platform` below 95 % is ours: gates, workers, projector or Temporal are slow. `limit` is what the tenant agreed to.',
          width: 8,
          style: 'lines',
          unit: 'percentunit',
          queries: [
            {
              legend: '{{vecino_wait_cause}}',
              expr: `${counted(buckets(METRICS.queueWait, {}, START_WITHIN_SECONDS), '1h', ['vecino.wait.cause'])} / ${counted(observations(METRICS.queueWait, 'count'), '1h', ['vecino.wait.cause'])}`,
              right: {
                all: [0, 1.01],
                has: [{ labels: { 'vecino.wait.cause': 'none' }, peak: [0.3, 1.01] }],
              },
            },
          ],
        },
      ],
    },
    {
      title: 'Processes',
      panels: [
        {
          kind: 'chart',
          title: 'Event loop delay',
          description:
            '99 % of the turns of a process’s event loop were shorter. Above 0.5 s it has more to do than one core gives: start another replica.',
          width: 12,
          style: 'lines',
          unit: 's',
          thresholds: worseFrom(0.5),
          queries: [
            {
              legend: '{{service}} {{instance}}',
              expr: `max by (service, instance) (${series(SERVICE_METRICS.loopDelayP99)})`,
              right: { all: [0, 60], peak: [0.001, 60] },
            },
          ],
        },
        {
          kind: 'chart',
          title: 'Memory',
          description:
            'What each process has in RAM. A worker-shared grows with the tenants that have work (24–33 MB each) and shrinks after; steady growth without work is a leak.',
          width: 12,
          style: 'lines',
          unit: 'bytes',
          queries: [
            {
              legend: '{{service}} {{instance}}',
              expr: `max by (service, instance) (${series(SERVICE_METRICS.processMemory)})`,
              right: { all: [30e6, 3e9] },
            },
          ],
        },
      ],
    },
  ],
};
