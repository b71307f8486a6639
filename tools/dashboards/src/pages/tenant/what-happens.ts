import { METRICS } from '@vecino/telemetry';
import { counted, series, standing } from '@vecino/telemetry/promql';
import { OF_STATE, POINT, STATE } from '../../expressions.js';
import type { Row } from '../../page.js';
import { chart } from '../../panel.js';
import { RUN } from '../../proof/proving-run.js';
import { NOBODY_ELSE, own } from './chosen-tenant.js';

export const WHAT_HAPPENS: Row = {
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
          right: { all: [0, RUN.eventful.cap], peak: [RUN.eventful.cap, RUN.eventful.cap] },
        },
        {
          legend: 'cap',
          expr: standing(METRICS.slotLimit, own),
          right: { all: [RUN.eventful.cap, RUN.eventful.cap] },
        },
        {
          legend: 'waiting',
          expr: standing(METRICS.queued, own),
          right: {
            all: [0, 10],
            peak: [RUN.eventful.waiting, RUN.eventful.waiting],
            ...NOBODY_ELSE,
          },
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
};
