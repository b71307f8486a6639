import { METRICS } from '@vecino/telemetry';
import { counted, noneOf, perSecond, quantile, series, standing } from '@vecino/telemetry/promql';
import { OF_REASON, OF_TENANT, orZero, POINT, REASON, SHOWN, TENANT } from '../expressions.js';
import { DEAD_LETTERS } from '../figures.js';
import { TEMPORAL_NAMESPACE, TEMPORAL_UI, tracesOfAll, UIDS, workflowsOfAll } from '../links.js';
import type { Page } from '../page.js';
import { chart, mustBeZero, stat, worseFrom } from '../panel.js';
import { p95, recentP95 } from '../proof/plainly.js';
import { LARGE, RUN } from '../proof/proving-run.js';

const TOPIC = 'messaging.destination.name';
const PARTITION = 'messaging.destination.partition.id';
const OPERATION = 'messaging.operation.name';
const failed = { 'error.type': noneOf('') } as const;
const REQUESTS = { [TOPIC]: 'deployment-requests' } as const;

export const INGEST_AND_KAFKA: Page = {
  uid: UIDS.ingest,
  title: 'Vecino · Ingest and Kafka',
  question: 'Do requests come in and statuses go out, and how late?',
  variables: [TEMPORAL_UI, TEMPORAL_NAMESPACE],
  links: [tracesOfAll, workflowsOfAll],
  rows: [
    {
      title: 'Now',
      panels: [
        stat({
          title: 'Lag',
          description:
            'Records that no gate has yet. Growing on all partitions: ingest, Temporal or Redis is away, or too slow (start another ingest). On one: see what its tenants do.',
          unit: 'short',
          thresholds: worseFrom(1_000, 10_000),
          query: {
            legend: 'records',
            expr: `sum(${standing(METRICS.ingestLag, {}, [TOPIC, PARTITION])})`,
            right: { all: [RUN.heldUp.records, RUN.heldUp.records] },
          },
        }),
        stat({
          title: 'Intake, 95 % below',
          description:
            'From Kafka to the gate, in the shown time. Above 5 s no request can start in time: look at lag and at batches.',
          unit: 's',
          thresholds: worseFrom(1, 5),
          query: {
            legend: 'intake',
            expr: quantile(0.95, METRICS.intakeLatency, SHOWN),
            right: { all: [0.001, 60], same: p95('vecino_ingest_latency_seconds') },
          },
        }),
        stat({
          title: 'Statuses, 95 % below',
          description:
            'From a change of state to Kafka, in the shown time. Slow: the projector has too few replicas, or Kafka is slow (writes, below). Runbook: projector away.',
          unit: 's',
          thresholds: worseFrom(1, 5),
          query: {
            legend: 'publish',
            expr: quantile(0.95, METRICS.statusLatency, SHOWN),
            right: { all: [0.001, 60], same: p95('vecino_status_publish_latency_seconds') },
          },
        }),
        stat({
          title: 'Statuses that wait',
          description:
            'In all gates, because the projector cannot publish them. At 1,000 of one tenant nothing of it starts any more. Runbook: projector away.',
          unit: 'short',
          thresholds: worseFrom(100, 900),
          query: {
            legend: 'statuses',
            expr: orZero(`max(${standing(METRICS.unpublished)})`),
            right: { all: [RUN.heldUp.letters, RUN.heldUp.letters] },
          },
        }),
        stat({
          title: 'Writes that failed',
          description:
            'Records that Kafka did not confirm, in the shown time. They are tried again, nothing is lost; the reason is in the log of the service.',
          unit: 'short',
          thresholds: mustBeZero,
          query: {
            legend: 'records',
            expr: orZero(counted(series(METRICS.sent, failed), SHOWN)),
            // Each of the two is tried again and again.
            right: { all: [RUN.heldUp.records + RUN.heldUp.letters, 900] },
          },
        }),
        stat({
          title: 'Dead letters',
          description:
            'In the shown time. A producer is at fault: ./vecino dlq list, then tell whoever produces. Runbook: dead letters.',
          ...DEAD_LETTERS,
        }),
      ],
    },
    {
      title: 'In',
      panels: [
        chart({
          title: 'Lag, by partition',
          description:
            'A partition that stands while others move: its replica of ingest is stuck, or a tenant there is held back. No line at all: nobody reads it.',
          style: 'lines',
          unit: 'short',
          queries: [
            {
              legend: '{{messaging_destination_name}} {{messaging_destination_partition_id}}',
              expr: standing(METRICS.ingestLag, {}, [TOPIC, PARTITION]),
              right: {
                all: [0, 100],
                has: [{ labels: REQUESTS, peak: [RUN.heldUp.records, 50] }],
              },
            },
          ],
        }),
        chart({
          title: 'Fetched, and handed to gates',
          description:
            'Records a second. Fetched and not handed on: dead letters, or read again after a rebalance.',
          style: 'lines',
          unit: 'cps',
          queries: [
            {
              legend: 'fetched from {{messaging_destination_name}}',
              expr: perSecond(series(METRICS.consumed), POINT, [TOPIC]),
              right: { all: [0, 5], has: [{ labels: REQUESTS, peak: [0.01, 5] }] },
            },
            {
              legend: 'handed to gates',
              expr: perSecond(series(METRICS.requestsTaken), POINT),
              right: { all: [0, 5], peak: [0.01, 5] },
            },
          ],
        }),
        chart({
          title: 'Intake latency, by tenant',
          description:
            '95 % below, over 5 minutes; the ten slowest tenants. One tenant alone: its gate is slow to answer. All: batches, beside.',
          style: 'lines',
          unit: 's',
          thresholds: worseFrom(5),
          queries: [
            {
              legend: OF_TENANT,
              expr: `topk(10, ${quantile(0.95, METRICS.intakeLatency, '5m', {}, [TENANT])})`,
              right: {
                all: [0, 60],
                has: [{ labels: LARGE, peak: [0.001, 60] }],
                same: recentP95('vecino_ingest_latency_seconds', { by: ['vecino_tenant_id'] }),
              },
            },
          ],
        }),
      ],
    },
    {
      title: 'Kafka',
      panels: [
        chart({
          title: 'Batches, 95 % below',
          description:
            'From when a batch was fetched to when all that it asks for was durable, over 5 minutes. Minutes: Temporal or Redis does not answer.',
          style: 'lines',
          unit: 's',
          queries: [
            {
              legend: '{{messaging_destination_name}}',
              expr: quantile(0.95, METRICS.processed, '5m', {}, [TOPIC]),
              right: {
                all: [0, 60],
                has: [{ labels: REQUESTS, peak: [0.001, 60] }],
                same: recentP95('messaging_process_duration_seconds', { by: ['messaging_destination_name'] }),
              },
            },
          ],
        }),
        chart({
          title: 'Writes, 95 % below',
          description:
            'Until all replicas in sync had them, over 5 minutes. Slow: brokers are overloaded, or one is away.',
          style: 'lines',
          unit: 's',
          queries: [
            {
              legend: '{{messaging_operation_name}}',
              expr: quantile(0.95, METRICS.operation, '5m', {}, [OPERATION]),
              right: {
                all: [0, 30],
                has: [{ labels: { [OPERATION]: 'send' }, peak: [0.001, 30] }],
                same: recentP95('messaging_client_operation_duration_seconds', {
                  by: ['messaging_operation_name'],
                }),
              },
            },
          ],
        }),
        chart({
          title: 'Dead letters, by reason',
          description:
            'About how many since the point before. docs/errors.md has each reason and what to do.',
          style: 'bars',
          unit: 'short',
          queries: [
            {
              legend: OF_REASON,
              expr: counted(series(METRICS.deadLetters), POINT, [REASON]),
              right: {
                all: [0, 10],
                has: [
                  { labels: { [REASON]: 'UNKNOWN_TENANT' }, peak: [0.9, 2] },
                  { labels: { [REASON]: 'ID_REUSED' }, peak: [0.9, 2] },
                ],
              },
            },
          ],
        }),
      ],
    },
    {
      title: 'Out',
      panels: [
        {
          ...chart({
            title: 'Records written',
            description: 'A second, by topic; the status topics of all tenants together.',
            style: 'lines',
            unit: 'cps',
            queries: [
              {
                legend: '{{messaging_destination_name}}{{messaging_destination_template}}',
                expr: perSecond(series(METRICS.sent), POINT, [TOPIC, 'messaging.destination.template']),
                right: {
                  all: [0, 40],
                  has: [
                    {
                      labels: { 'messaging.destination.template': 'deployment-status.<tenant>' },
                      peak: [0.05, 40],
                    },
                  ],
                },
              },
            ],
          }),
          width: 12,
        },
        {
          ...chart({
            title: 'Status latency, by tenant',
            description:
              'From a change of state to Kafka, 95 % below, over 5 minutes; the ten slowest tenants. All slow: the projector or Kafka.',
            style: 'lines',
            unit: 's',
            thresholds: worseFrom(5),
            queries: [
              {
                legend: OF_TENANT,
                expr: `topk(10, ${quantile(0.95, METRICS.statusLatency, '5m', {}, [TENANT])})`,
                right: {
                  all: [0, 60],
                  has: [{ labels: LARGE, peak: [0.001, 60] }],
                  same: recentP95('vecino_status_publish_latency_seconds', { by: ['vecino_tenant_id'] }),
                },
              },
            ],
          }),
          width: 12,
        },
      ],
    },
  ],
};
