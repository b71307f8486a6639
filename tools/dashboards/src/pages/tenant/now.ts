import { OBJECTIVES } from '@vecino/alerts';
import { METRICS } from '@vecino/telemetry';
import { latest, standing } from '@vecino/telemetry/promql';
import { goodShare, judgedWithin } from '@vecino/telemetry/slo';
import { SHOWN } from '../../expressions.js';
import { UIDS } from '../../links.js';
import type { Row } from '../../page.js';
import { atLeast, mustBeZero, stat, worseFrom } from '../../panel.js';
import { EVENTFUL_STARTED_IN_TIME, RUN } from '../../proof/proving-run.js';
import { CHOSEN, NOBODY_ELSE, own, whose } from './chosen-tenant.js';

export const NOW: Row = {
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
        right: { all: [0, 1], ...NOBODY_ELSE, once: [1, 1] },
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
        right: { all: [0, 0], ...NOBODY_ELSE, once: [RUN.eventful.waiting, RUN.eventful.waiting] },
      },
    }),
    stat({
      title: 'Succeeded',
      description: OBJECTIVES.success.meaning + ' What went wrong stands at the bottom.',
      unit: 'percentunit',
      thresholds: atLeast(OBJECTIVES.success.target),
      query: {
        legend: 'succeeded',
        expr: goodShare(judgedWithin(OBJECTIVES.success, SHOWN, whose)),
        right: { all: [0.7, 0.8], ...NOBODY_ELSE },
      },
      more: UIDS.slo,
    }),
    stat({
      title: `Started within ${OBJECTIVES.startInTime.withinSeconds} s`,
      description: OBJECTIVES.startInTime.meaning + ' Red: look at the wait by cause, below.',
      unit: 'percentunit',
      thresholds: atLeast(OBJECTIVES.startInTime.target),
      query: {
        legend: 'in time',
        expr: goodShare(judgedWithin(OBJECTIVES.startInTime, SHOWN, whose)),
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
        right: {
          all: [0, 600],
          ...NOBODY_ELSE,
          same: `time() - max by (vecino_tenant_id) (vecino_status_last_seconds${CHOSEN})`,
        },
      },
    }),
  ],
};
