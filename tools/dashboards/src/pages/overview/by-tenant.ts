import { OBJECTIVES } from '@vecino/alerts';
import { METRICS } from '@vecino/telemetry';
import { counted, noneOf, series, standing } from '@vecino/telemetry/promql';
import { goodShare, judgedWithin } from '@vecino/telemetry/slo';
import { orZeroByTenant, SHOWN, STATE, TENANT } from '../../expressions.js';
import type { Row } from '../../page.js';
import { atLeast, type TablePanel, worseFrom } from '../../panel.js';
import { about, EVENTFUL, LARGE, OTHERS, RUN, STARTED_IN_TIME } from '../../proof/proving-run.js';

const table: TablePanel = {
  kind: 'table',
  title: 'Tenants',
  description:
    'Who is in trouble: the most failures first. Click a tenant for its own dashboard, or its deployments in the Temporal UI. A share below its objective is red; empty means that nothing happened in the shown time.',
  width: 24,
  height: 9,
  rows: { vecino_tenant_id: 'tenant' },
  sortBy: 'failed',
  columns: [
    {
      legend: 'slots in use',
      expr: standing(METRICS.slotsUsed),
      unit: 'short',
      right: { all: [0, 20], has: [{ labels: LARGE, peak: [0, 0] }], once: [RUN.eventful.cap, 20] },
    },
    {
      legend: 'waiting',
      expr: standing(METRICS.queued),
      unit: 'short',
      thresholds: worseFrom(100, 1_000),
      right: { all: [0, 20], has: [{ labels: LARGE, peak: [0, 0] }], once: [RUN.eventful.waiting, 20] },
    },
    {
      legend: 'succeeded',
      expr: goodShare(judgedWithin(OBJECTIVES.success, SHOWN)),
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
      expr: goodShare(judgedWithin(OBJECTIVES.startInTime, SHOWN)),
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
          { labels: OTHERS, peak: about(RUN.unlucky.rolledBack + RUN.unlucky.failed) },
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

export const BY_TENANT: Row = { title: 'By tenant', panels: [table] };
