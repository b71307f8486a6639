import { METRICS } from '@vecino/telemetry';
import { quantile } from '@vecino/telemetry/promql';
import { OF_STATE, STATE } from '../../expressions.js';
import type { Row } from '../../page.js';
import { chart } from '../../panel.js';
import { p95 } from '../../proof/plainly.js';
import { RUN } from '../../proof/proving-run.js';
import type { Bounds } from '../../proof/right.js';
import { CHOSEN, own } from './chosen-tenant.js';

/** What takes as long as the boot of a slow router; it is known to be anywhere in its bucket, which begins far below. */
const SLOW: Bounds = [RUN.eventful.slowBootSeconds * 0.4, 900];
const byState = { by: ['vecino_deployment_state'], where: CHOSEN } as const;

export const HOW_LONG_IT_TAKES: Row = {
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
            all: [0, 900],
            has: [
              { labels: { 'vecino.wait.cause': 'none' } },
              { labels: { 'vecino.wait.cause': 'limit' }, peak: SLOW },
            ],
            same: p95('vecino_queue_wait_seconds', { by: ['vecino_wait_cause'], where: CHOSEN }),
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
            all: [0, 900],
            has: [
              { labels: { [STATE]: 'REBOOTING' } },
              { labels: { [STATE]: 'WAIT_UP' }, peak: SLOW },
              { labels: { [STATE]: 'POSTCHECK' } },
            ],
            same: p95('vecino_deployment_phase_duration_seconds', byState),
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
            all: [0, 900],
            has: [
              { labels: { [STATE]: 'SUCCEEDED' }, peak: SLOW },
              { labels: { [STATE]: 'FAILED' }, peak: SLOW },
            ],
            same: p95('vecino_request_duration_seconds', byState),
          },
        },
      ],
    }),
  ],
};
