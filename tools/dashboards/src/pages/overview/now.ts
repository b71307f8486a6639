import { METRICS, SERVICE_METRICS } from '@vecino/telemetry';
import { series, standing } from '@vecino/telemetry/promql';
import { orZero } from '../../expressions.js';
import { DEAD_LETTERS, LAST_LOOK, SILENT_GATES, STUCK_DEPLOYMENTS } from '../../figures.js';
import { UIDS } from '../../links.js';
import type { Row } from '../../page.js';
import { mustBeZero, stat, type StatPanel, worseFrom } from '../../panel.js';
import { RUN } from '../../proof/proving-run.js';

/** Eight in a row. */
const eighth = (panel: Omit<StatPanel, 'kind' | 'width'>): StatPanel => stat({ ...panel, width: 3 });
const notReady = `count(${series(SERVICE_METRICS.ready)} == 0)`;

export const NOW: Row = {
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
        right: { all: [0, 0], afterKill: [1, 1] },
      },
    }),
    eighth({
      title: 'Processes ready',
      description: 'How many processes of Vecino say that they are ready. Compare with how many you run.',
      unit: 'short',
      query: {
        legend: 'processes',
        expr: `sum(${series(SERVICE_METRICS.ready)})`,
        right: {
          all: [RUN.processes, RUN.processes],
          afterKill: [RUN.processes - 1, RUN.processes - 1],
        },
      },
    }),
    eighth({
      title: 'Gates last asked',
      description:
        'Age of everything on these dashboards that is said of gates and queues; 15 s is normal. Red: no projector reaches Temporal, and nothing publishes statuses either. Runbook: projector away.',
      ...LAST_LOOK,
      more: UIDS.gate,
    }),
    eighth({
      title: 'Gates without an answer',
      description:
        'Tenants whose gate is open and does not answer: nobody polls their task queue, so nothing of theirs starts or ends. Start a worker that serves them. Runbook: gate ended.',
      ...SILENT_GATES,
      more: UIDS.gate,
    }),
    eighth({
      title: 'Stuck deployments',
      description:
        'In one state for more than twice the time that it may take. Find them by tenant below, then ./vecino explain DEPLOYMENT.',
      ...STUCK_DEPLOYMENTS,
      more: UIDS.devices,
    }),
    eighth({
      title: 'Running',
      description: 'Slots in use over all tenants. What waits, and why, is on the dashboard of the gates.',
      unit: 'short',
      query: {
        legend: 'running',
        expr: orZero(`sum(${standing(METRICS.slotsUsed)})`),
        right: { all: [0, 20], once: [RUN.eventful.cap, 40] },
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
        right: { all: [RUN.heldUp.records, RUN.heldUp.records] },
      },
      more: UIDS.ingest,
    }),
    eighth({
      title: 'Dead letters',
      description:
        'Records in the shown time that can never be carried out: a producer is at fault. ./vecino dlq lists them. Runbook: dead letters.',
      ...DEAD_LETTERS,
      more: UIDS.ingest,
    }),
  ],
};
