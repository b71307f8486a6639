import { START_WITHIN_SECONDS } from '@vecino/alerts';
import { METRICS } from '@vecino/telemetry';
import { buckets, counted, observations, perSecond, series } from '@vecino/telemetry/promql';
import { OF_STATE, OF_TENANT, POINT, STATE, TENANT } from '../../expressions.js';
import type { Row } from '../../page.js';
import { LARGE } from '../../proof/proving-run.js';

/** Of all requests in the run that waited for this reason. */
const waits = (part: string) => `sum by (vecino_wait_cause) (vecino_queue_wait_seconds_${part})`;

export const WORK: Row = {
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
              { labels: { [STATE]: 'FAILED' }, peak: [0.9, 3] },
              { labels: { [STATE]: 'ROLLED_BACK' }, peak: [0.9, 1.5] },
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
          right: { all: [0, 5], has: [{ labels: LARGE, peak: [0.01, 5] }] },
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
          expr: `clamp_max(${counted(buckets(METRICS.queueWait, {}, START_WITHIN_SECONDS), '1h', ['vecino.wait.cause'])} / ${counted(observations(METRICS.queueWait, 'count'), '1h', ['vecino.wait.cause'])}, 1)`,
          right: {
            all: [0, 1.01],
            has: [{ labels: { 'vecino.wait.cause': 'none' } }],
            same: `${waits('bucket{le=~"5|5[.]0"}')} / ${waits('count')}`,
          },
        },
      ],
    },
  ],
};
