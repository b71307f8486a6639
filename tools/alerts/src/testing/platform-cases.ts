import { METRICS, OTHER, SERVICE_METRICS, TEMPORAL_METRICS } from '@vecino/telemetry';
import { ACME, type AlertCase, growing, OF_ACME, sampled, type Series, steady } from './alert-case.js';

const { ingestLag, consumed, deadLetters, queueBacklog, queuePollers, queueUnserved, lastLook } = METRICS;
const { ready } = SERVICE_METRICS;

const PARTITION = {
  'messaging.destination.name': 'deployment-requests',
  'messaging.consumer.group.name': 'vecino-ingest',
  'messaging.destination.partition.id': '3',
} as const;
const OF_PARTITION = {
  messaging_destination_name: 'deployment-requests',
  messaging_consumer_group_name: 'vecino-ingest',
  messaging_destination_partition_id: '3',
};
const QUEUE = {
  namespace: 'default',
  task_queue: 'tenant-acme-deployments',
  'vecino.task_type': 'workflow',
} as const;
const OF_QUEUE = {
  namespace: 'default',
  task_queue: 'tenant-acme-deployments',
  vecino_task_type: 'workflow',
};
/** All queues that have no name in labels. */
const OTHER_QUEUES = { ...QUEUE, task_queue: OTHER } as const;
const GATES = {
  namespace: 'default',
  task_queue: 'pool-deployments',
  workflow_type: 'TenantGateWorkflow',
} as const;

const target = (service: string) =>
  sampled(ready, {}, { more: { job: 'vecino', service, instance: `${service}:1` } });
const serving = (services: readonly string[]): Series =>
  Object.fromEntries(services.map((service) => [target(service), steady(1)]));
const REFUSED = { ...ACME, 'vecino.reason.code': 'ID_REUSED' } as const;

export const PLATFORM_CASES: readonly AlertCase[] = [
  {
    alert: 'VecinoIngestLag',
    title: '6,000 records behind',
    series: { [sampled(ingestLag, PARTITION)]: steady(6_000) },
    at: '8m',
    since: '0s',
    fires: [OF_PARTITION],
  },
  {
    alert: 'VecinoIngestLag',
    title: '1,000 records behind',
    series: { [sampled(ingestLag, PARTITION)]: steady(1_000) },
    at: '8m',
    fires: [],
  },
  {
    alert: 'VecinoIngestStands',
    title: 'records wait, and none is fetched any more',
    series: { [sampled(ingestLag, PARTITION)]: steady(7), [sampled(consumed, PARTITION)]: '0+1x40 40x100' },
    at: '30m',
    since: '24m',
    fires: [OF_PARTITION],
  },
  {
    alert: 'VecinoIngestStands',
    title: 'records wait, and none was ever fetched',
    series: { [sampled(ingestLag, PARTITION)]: steady(7) },
    at: '10m',
    fires: [OF_PARTITION],
  },
  {
    alert: 'VecinoIngestStands',
    title: 'records wait while others are fetched',
    series: { [sampled(ingestLag, PARTITION)]: steady(7), [sampled(consumed, PARTITION)]: growing(1) },
    at: '30m',
    fires: [],
  },
  {
    alert: 'VecinoIngestStands',
    title: 'nothing comes, and nothing is fetched',
    series: { [sampled(ingestLag, PARTITION)]: steady(0), [sampled(consumed, PARTITION)]: steady(40) },
    at: '30m',
    fires: [],
  },
  {
    alert: 'VecinoDeadLetters',
    title: 'the first of its kind that there ever was, of a tenant and of nobody',
    series: {
      [sampled(deadLetters, REFUSED)]: '_x40 1x40',
      [sampled(deadLetters, { 'vecino.reason.code': 'UNKNOWN_TENANT' })]: '_x40 2x40',
    },
    at: '21m',
    fires: [{ ...OF_ACME, vecino_reason_code: 'ID_REUSED' }, { vecino_reason_code: 'UNKNOWN_TENANT' }],
  },
  {
    alert: 'VecinoDeadLetters',
    title: 'one more',
    series: { [sampled(deadLetters, REFUSED)]: '5x200 6x40' },
    at: '105m',
    fires: [{ ...OF_ACME, vecino_reason_code: 'ID_REUSED' }],
  },
  {
    alert: 'VecinoDeadLetters',
    title: 'there were some, and ingest was out of reach for a while',
    series: { [sampled(deadLetters, REFUSED)]: '5x150 _x20 5x100' },
    at: '90m',
    fires: [],
  },
  {
    alert: 'VecinoDeadLetters',
    title: 'the last one was long ago',
    series: { [sampled(deadLetters, REFUSED)]: '5x100 6x200' },
    at: '90m',
    fires: [],
    guard: true,
  },

  {
    alert: 'VecinoNoPollers',
    title: 'tasks wait, and nobody polls, as two projectors say',
    series: {
      [sampled(queueUnserved, QUEUE, { more: { instance: 'a' } })]: steady(3),
      [sampled(queueUnserved, QUEUE, { more: { instance: 'b' } })]: steady(3),
    },
    at: '5m',
    since: '0s',
    fires: [OF_QUEUE],
  },
  {
    alert: 'VecinoNoPollers',
    title: 'tasks wait, and somebody polls',
    series: {
      [sampled(queueBacklog, QUEUE)]: steady(3),
      [sampled(queuePollers, QUEUE)]: steady(1),
      [sampled(queueUnserved, QUEUE)]: steady(0),
    },
    at: '5m',
    fires: [],
  },
  {
    alert: 'VecinoNoPollers',
    title: 'nobody polls one of the other queues, and somebody polls the rest of them',
    series: {
      [sampled(queueBacklog, OTHER_QUEUES)]: steady(8),
      [sampled(queuePollers, OTHER_QUEUES)]: steady(2),
      [sampled(queueUnserved, OTHER_QUEUES)]: steady(3),
    },
    at: '5m',
    fires: [{ ...OF_QUEUE, task_queue: OTHER }],
  },
  {
    alert: 'VecinoNoPollers',
    title: 'nobody polls, and nothing waits',
    series: {
      [sampled(queueBacklog, QUEUE)]: steady(0),
      [sampled(queuePollers, QUEUE)]: steady(0),
      [sampled(queueUnserved, QUEUE)]: steady(0),
    },
    at: '5m',
    fires: [],
  },
  {
    alert: 'VecinoWorkflowCodeFails',
    title: 'a gate, again and again',
    series: { [sampled(TEMPORAL_METRICS.workflowTaskFailed, GATES)]: growing(1) },
    at: '8m',
    since: '30s',
    fires: [GATES],
  },
  {
    alert: 'VecinoWorkflowCodeFails',
    title: 'a gate, ever more rarely',
    series: { [sampled(TEMPORAL_METRICS.workflowTaskFailed, GATES)]: '0+1x20 20x20 21x100' },
    at: '29m',
    fires: [GATES],
  },
  {
    alert: 'VecinoWorkflowCodeFails',
    title: 'no more for half an hour',
    series: { [sampled(TEMPORAL_METRICS.workflowTaskFailed, GATES)]: '0+1x20 20x200' },
    at: '45m',
    fires: [],
  },
  {
    alert: 'VecinoWorkflowCodeFails',
    title: 'once',
    series: { [sampled(TEMPORAL_METRICS.workflowTaskFailed, GATES)]: '0x4 1x100' },
    at: '8m',
    fires: [],
  },
  {
    alert: 'VecinoServiceAbsent',
    title: 'no projector',
    series: serving(['ingest', 'worker-shared', 'worker-dedicated']),
    at: '5m',
    since: '0s',
    fires: [{ service: 'status-projector' }],
  },
  {
    alert: 'VecinoServiceAbsent',
    title: 'no ingest that is ready, and no worker-shared',
    series: { ...serving(['status-projector', 'worker-dedicated']), [target('ingest')]: steady(0) },
    at: '5m',
    fires: [{ service: 'ingest' }, { service: 'worker-shared' }],
  },
  {
    alert: 'VecinoServiceAbsent',
    title: 'all there, by their names in Kubernetes',
    series: serving(['prod-vecino-ingest', 'prod-vecino-worker-shared', 'prod-vecino-status-projector']),
    at: '5m',
    fires: [],
  },
  {
    alert: 'VecinoServiceAbsent',
    title: 'no ingest and no worker-shared, and workers of the tenants that are called so',
    series: serving([
      'prod-vecino-status-projector',
      'prod-vecino-worker-dedicated-ingest',
      'worker-dedicated-worker-shared',
      'prod-vecino-worker-dedicated-my-worker-shared',
    ]),
    at: '5m',
    since: '0s',
    fires: [{ service: 'ingest' }, { service: 'worker-shared' }],
  },
  {
    alert: 'VecinoServiceNotReady',
    title: 'one of two',
    series: { ...serving(['ingest']), [target('status-projector')]: steady(0) },
    at: '8m',
    since: '0s',
    fires: [{ job: 'vecino', service: 'status-projector', instance: 'status-projector:1' }],
  },
  {
    alert: 'VecinoServiceNotReady',
    title: 'while it started',
    series: { [target('ingest')]: '0x4 1x100' },
    at: '8m',
    fires: [],
  },
  {
    alert: 'VecinoStandingStale',
    title: 'the last look was long ago, at both projectors',
    series: {
      [sampled(lastLook, {}, { more: { instance: 'a' } })]: steady(0),
      [sampled(lastLook, {}, { more: { instance: 'b' } })]: steady(30),
    },
    at: '5m',
    since: '2m',
    fires: [{}],
  },
  { alert: 'VecinoStandingStale', title: 'nobody ever looked', series: {}, at: '3m', fires: [{}] },
  {
    alert: 'VecinoStandingStale',
    title: 'one of two looks',
    series: {
      [sampled(lastLook, {}, { more: { instance: 'a' } })]: steady(0),
      [sampled(lastLook, {}, { more: { instance: 'b' } })]: growing(30),
    },
    at: '5m',
    fires: [],
  },
];
