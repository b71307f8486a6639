import { METRICS, TEMPORAL_METRICS } from '@vecino/telemetry';
import {
  chosen,
  counted,
  exactly,
  latest,
  noneOf,
  quantile,
  series,
  standing,
} from '@vecino/telemetry/promql';
import { goodShare, judgedWithin, OBJECTIVES, START_WITHIN_SECONDS } from '@vecino/telemetry/slo';
import { deviceFaults, FAULT } from '../device-faults.js';
import { OF_STATE, POINT, REASON, SHOWN, STATE, TENANT, tenants } from '../expressions.js';
import {
  failedTracesOfTenant,
  failedWorkflowsOfTenant,
  TEMPORAL_UI,
  tracesOfTenant,
  UIDS,
  workflowsOfTenant,
} from '../links.js';
import type { Page, Variable } from '../page.js';
import { atLeast, chart, mustBeZero, stat, worseFrom } from '../panel.js';
import { about, EVENTFUL, EVENTFUL_STARTED_IN_TIME, RUN } from '../proof/proving-run.js';

/** Of the tenant that is chosen, which is the eventful one. */
const NOBODY_ELSE = { has: [{ labels: EVENTFUL }], only: true } as const;

const whose = { tenantVariable: 'tenant' } as const;
const own = { [TENANT]: chosen('tenant') } as const;
const ofQueue = (taskQueue: string) => series(TEMPORAL_METRICS.pollers, { task_queue: exactly(taskQueue) });

/** A worker that polls the tenant's own queue knows the namespace; without one, or on the pool, it is the one that tenants share. */
const namespace: Variable = {
  kind: 'found',
  name: 'namespace',
  label: 'namespace',
  expr: `group by (namespace) (last_over_time(${ofQueue('tenant-$tenant-deployments')}[1h])) or on () group by (namespace) (last_over_time(${ofQueue('pool-deployments')}[1h]))`,
  right: { all: [1, 1], has: [{ labels: { namespace: RUN.eventful.namespace } }] },
};

export const ONE_TENANT: Page = {
  uid: UIDS.tenant,
  title: 'Vecino · One tenant',
  question: 'How is this tenant served, and what stands in its way: its own limits, its routers, or us?',
  variables: [
    { kind: 'label', name: 'tenant', title: 'Tenant', series: tenants, label: 'vecino_tenant_id' },
    namespace,
    TEMPORAL_UI,
  ],
  links: [tracesOfTenant, failedTracesOfTenant, workflowsOfTenant, failedWorkflowsOfTenant],
  rows: [
    {
      title: 'Now',
      panels: [
        stat({
          title: 'Slots in use',
          description:
            'Share of its cap on concurrent deployments. Full is no fault: more waits. Full for long, with nothing that ends: see what runs, below.',
          unit: 'percentunit',
          thresholds: worseFrom(0.9),
          query: {
            legend: 'in use',
            expr: `${standing(METRICS.slotsUsed, own)} / ${standing(METRICS.slotLimit, own)}`,
            right: { all: [0, 1], ...NOBODY_ELSE },
          },
        }),
        stat({
          title: 'Waiting',
          description:
            'Requests in its queue. ./vecino explain DEPLOYMENT --tenant TENANT says of each why, and until when.',
          unit: 'short',
          thresholds: worseFrom(100, 1_000),
          query: {
            legend: 'requests',
            expr: standing(METRICS.queued, own),
            right: { all: [0, 0], ...NOBODY_ELSE },
          },
        }),
        stat({
          title: 'Succeeded',
          description: OBJECTIVES.success.meaning + ' What went wrong stands at the bottom.',
          unit: 'percentunit',
          thresholds: atLeast(OBJECTIVES.success.target),
          query: {
            legend: 'succeeded',
            expr: goodShare(judgedWithin('success', SHOWN, whose)),
            right: { all: [0.7, 0.8], ...NOBODY_ELSE },
          },
          more: UIDS.slo,
        }),
        stat({
          title: `Started within ${START_WITHIN_SECONDS} s`,
          description: OBJECTIVES.startInTime.meaning + ' Red: look at the wait by cause, below.',
          unit: 'percentunit',
          thresholds: atLeast(OBJECTIVES.startInTime.target),
          query: {
            legend: 'in time',
            expr: goodShare(judgedWithin('startInTime', SHOWN, whose)),
            right: { all: [0, 1], ...NOBODY_ELSE, same: EVENTFUL_STARTED_IN_TIME },
          },
          more: UIDS.slo,
        }),
        stat({
          title: 'Stuck',
          description:
            'Deployments in one state for more than twice the time that it may take. Open the running ones in the Temporal UI (link above): the oldest has a pending activity that says why.',
          unit: 'short',
          thresholds: mustBeZero,
          query: {
            legend: 'deployments',
            expr: standing(METRICS.deploymentsStuck, own),
            right: { all: [0, 0], ...NOBODY_ELSE },
          },
          more: UIDS.devices,
        }),
        stat({
          title: 'Last status',
          description:
            'How long ago the tenant heard anything. Old while something runs: the projector is away. Runbook: projector away.',
          unit: 's',
          query: {
            legend: 'ago',
            expr: `time() - ${latest(METRICS.lastStatus, '1d', own)}`,
            right: { all: [0.001, 600], ...NOBODY_ELSE },
          },
        }),
      ],
    },
    {
      title: 'What happens',
      panels: [
        chart({
          title: 'Running, by phase',
          description:
            'Deployments whose workflow runs. A phase that only grows is where they hang: STAGING is the transfer of images, WAIT_UP a router that has not come back.',
          style: 'stacked',
          unit: 'short',
          queries: [
            {
              legend: OF_STATE,
              expr: standing(METRICS.deploymentsActive, own, [STATE]),
              right: { all: [0, RUN.eventful.cap], peak: [1, RUN.eventful.cap] },
            },
          ],
        }),
        chart({
          title: 'Slots and queue',
          description: 'What runs, what it may run at once, and what waits.',
          style: 'lines',
          unit: 'short',
          queries: [
            {
              legend: 'in use',
              expr: standing(METRICS.slotsUsed, own),
              right: { all: [0, RUN.eventful.cap], peak: [1, RUN.eventful.cap] },
            },
            {
              legend: 'cap',
              expr: standing(METRICS.slotLimit, own),
              right: { all: [RUN.eventful.cap, RUN.eventful.cap] },
            },
            {
              legend: 'waiting',
              expr: standing(METRICS.queued, own),
              right: { all: [0, 10], ...NOBODY_ELSE },
            },
          ],
        }),
        chart({
          title: 'Ended, by state',
          description: 'About how many ended since the point before. REJECTED and CANCELLED are no failures.',
          style: 'bars',
          unit: 'short',
          queries: [
            {
              legend: OF_STATE,
              expr: counted(series(METRICS.deploymentsEnded, own), POINT, [STATE]),
              right: {
                all: [0, 10],
                has: [
                  { labels: { [STATE]: 'SUCCEEDED' }, peak: [0.9, 4] },
                  { labels: { [STATE]: 'FAILED' }, peak: [0.9, 1.5] },
                  { labels: { [STATE]: 'REJECTED' }, peak: [0.9, 3] },
                ],
              },
            },
          ],
        }),
      ],
    },
    {
      title: 'How long it takes',
      panels: [
        chart({
          title: 'Wait until STARTED, 95 % below',
          description:
            'By cause, over the hour before. `limit`: its own cap, order, pause or not_before: agreed. `none` or `platform` above 5 s: see the dashboard of the gates.',
          style: 'lines',
          unit: 's',
          queries: [
            {
              legend: '{{vecino_wait_cause}}',
              expr: quantile(0.95, METRICS.queueWait, '1h', own, ['vecino.wait.cause']),
              right: {
                all: [0, 300],
                has: [
                  { labels: { 'vecino.wait.cause': 'none' } },
                  { labels: { 'vecino.wait.cause': 'limit' } },
                ],
              },
            },
          ],
        }),
        chart({
          title: 'Phases, 95 % below',
          description:
            'How long its deployments were in each phase, over the hour before. STAGING: image size and network. WAIT_UP: how fast its routers boot. VERIFYING and POSTCHECK: what does not come back.',
          style: 'lines',
          unit: 's',
          queries: [
            {
              legend: OF_STATE,
              expr: quantile(0.95, METRICS.phaseDuration, '1h', own, [STATE]),
              right: {
                all: [0, 300],
                has: [
                  { labels: { [STATE]: 'REBOOTING' }, peak: [0.01, 300] },
                  { labels: { [STATE]: 'POSTCHECK' } },
                ],
              },
            },
          ],
        }),
        chart({
          title: 'From request to end, 95 % below',
          description: 'The wait in the queue included, over the hour before, by how it ended.',
          style: 'lines',
          unit: 's',
          queries: [
            {
              legend: OF_STATE,
              expr: quantile(0.95, METRICS.requestDuration, '1h', own, [STATE]),
              right: {
                all: [0, 300],
                has: [
                  { labels: { [STATE]: 'SUCCEEDED' }, peak: [1, 300] },
                  { labels: { [STATE]: 'FAILED' } },
                ],
              },
            },
          ],
        }),
      ],
    },
    {
      title: 'Why not',
      panels: [
        {
          kind: 'table',
          title: 'Ended otherwise than well',
          description: 'In the shown time. docs/errors.md has every reason and what to do about it.',
          width: 8,
          rows: { vecino_deployment_state: 'state', vecino_reason_code: 'reason' },
          sortBy: 'deployments',
          columns: [
            {
              legend: 'deployments',
              expr: counted(
                series(METRICS.deploymentsEnded, { ...own, [STATE]: noneOf('SUCCEEDED') }),
                SHOWN,
                [STATE, REASON],
              ),
              unit: 'short',
              right: {
                all: [0, 5],
                only: true,
                has: [
                  {
                    labels: { [STATE]: 'FAILED', [REASON]: 'INSTALL_FAILED' },
                    peak: about(RUN.eventful.failed),
                  },
                  { labels: { [STATE]: 'REJECTED', [REASON]: 'IMAGE_UNKNOWN' }, peak: about(1) },
                  { labels: { [STATE]: 'REJECTED', [REASON]: 'ROUTER_OUTSIDE_NETWORKS' }, peak: about(1) },
                ],
              },
            },
          ],
        },
        {
          kind: 'table',
          title: 'Limits met, and dead letters',
          description:
            'In the shown time. `intake` and `queue` refused requests: the tenant sends more than it agreed to, or its tier is too small (./vecino tenant set). `concurrency` made them wait.',
          width: 8,
          rows: { vecino_limit: 'limit', vecino_reason_code: 'dead letter' },
          sortBy: 'requests',
          columns: [
            {
              legend: 'requests',
              expr: `${counted(series(METRICS.limitHits, own), SHOWN, ['vecino.limit'])} or ${counted(series(METRICS.deadLetters, own), SHOWN, [REASON])}`,
              unit: 'short',
              right: {
                all: [0, 10],
                only: true,
                has: [
                  { labels: { 'vecino.limit': 'concurrency' }, peak: [0.9, 5] },
                  { labels: { [REASON]: 'ID_REUSED' }, peak: about(1) },
                  { labels: { [REASON]: 'ROUTER_OUTSIDE_NETWORKS' }, peak: about(1) },
                ],
              },
            },
          ],
        },
        {
          kind: 'table',
          title: 'Calls to its routers that went wrong',
          description:
            'In the shown time, each attempt of them. UNAVAILABLE is the way there or a router that is down; all else is what the router says itself.',
          width: 8,
          rows: { rpc_method: 'call', error_type: 'answer' },
          sortBy: 'calls',
          columns: [
            {
              legend: 'calls',
              expr: deviceFaults(SHOWN, ['rpc.method', FAULT], own),
              unit: 'short',
              right: {
                all: [0, 200],
                has: [
                  {
                    labels: { 'rpc.method': 'gnoi.os.OS/Install', [FAULT]: 'install-error' },
                    peak: about(1),
                  },
                ],
              },
            },
          ],
        },
      ],
    },
  ],
};
