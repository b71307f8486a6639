import { GATE_STATES, PHASE_STATES, REASON_CODES, TERMINAL_STATES, WAIT_CAUSES } from '@vecino/foundation';
import { RPC_CODES } from '@vecino/upgrade';

/**
 * What keeps the number of a label's values small, whatever comes from outside: a closed list, the limit of tenants that are
 * named (`VECINO_METRICS_MAX_TENANTS`), or a number. What is beyond is `other`.
 */
export type LabelBound = readonly string[] | 'tenants' | number;

export interface Label {
  readonly bound: LabelBound;
  readonly meaning: string;
}

const GATE_DECISIONS = ['admitted', 'queued', 'rejected'] as const;
const LIMITS = ['intake', 'queue', 'concurrency'] as const;

const GRPC_STATUSES = ['OK', ...RPC_CODES] as const;

/** Every label of a metric. Ids of routers, deployments and software versions are none: they have no bound. */
export const LABELS = {
  'vecino.tenant.id': {
    bound: 'tenants',
    meaning: 'The tenant; absent where it is not known.',
  },
  'vecino.deployment.state': {
    bound: [...GATE_STATES, ...PHASE_STATES, ...TERMINAL_STATES],
    meaning: 'A state of a deployment, as in its statuses.',
  },
  'vecino.reason.code': { bound: REASON_CODES, meaning: 'A [reason code](errors.md).' },
  'vecino.limit': { bound: LIMITS, meaning: 'Which of the tenant’s limits.' },
  'vecino.gate.decision': { bound: GATE_DECISIONS, meaning: 'What the gate decided.' },
  'vecino.wait.cause': {
    bound: WAIT_CAUSES,
    meaning:
      '`none`: it started at once. `limit`: its tenant’s cap, order, pause or `not_before` held it. `platform`: something of ours did.',
  },
  'vecino.check': { bound: 16, meaning: 'A check of `/readyz`.' },
  'messaging.system': { bound: ['kafka'], meaning: 'Always `kafka`.' },
  'messaging.operation.name': { bound: ['send', 'poll', 'process'], meaning: 'What was done.' },
  'messaging.destination.name': {
    bound: 16,
    meaning: 'The topic; absent for the status topics, of which each tenant has one.',
  },
  'messaging.destination.template': {
    bound: 4,
    meaning: '`deployment-status.<tenant>` for all status topics.',
  },
  'messaging.destination.partition.id': { bound: 1_024, meaning: 'The partition.' },
  'messaging.consumer.group.name': { bound: 8, meaning: 'The consumer group.' },
  'error.type': {
    bound: 64,
    meaning:
      'Code of the fault; absent where it went well. Of a call to a router what came of it: its gRPC status, or what is finer (`install-error`, `identity-mismatch`).',
  },
  'rpc.system.name': { bound: ['grpc'], meaning: 'Always `grpc`.' },
  'rpc.method': { bound: 32, meaning: 'Full name of the method, as in `gnoi.os.OS/Install`.' },
  'rpc.response.status_code': {
    bound: GRPC_STATUSES,
    meaning: 'gRPC status; absent where the call was broken off before there was one.',
  },
  'vecino.task_type': { bound: ['workflow', 'activity'], meaning: 'Which tasks of a queue.' },
  namespace: { bound: 'tenants', meaning: 'Temporal namespace.' },
  task_queue: { bound: 'tenants', meaning: 'Temporal task queue.' },
  poller_type: {
    bound: 8,
    meaning: 'Kind of poll: `workflow_task`, `sticky_workflow_task`, `activity_task`.',
  },
  worker_type: {
    bound: 8,
    meaning: 'Kind of slot: `WorkflowWorker`, `ActivityWorker`, `LocalActivityWorker`.',
  },
  operation: { bound: 64, meaning: 'Call of Temporal’s API.' },
  status_code: { bound: 32, meaning: 'gRPC status of a call to Temporal.' },
  workflow_type: { bound: 16, meaning: 'Type of the workflow.' },
  activity_type: { bound: 64, meaning: 'Type of the activity.' },
  'v8js.gc.type': { bound: 8, meaning: 'Kind of garbage collection.' },
  'v8js.heap.space.name': { bound: 16, meaning: 'Part of the heap.' },
  'nodejs.eventloop.state': {
    bound: ['active', 'idle'],
    meaning: 'Whether the event loop worked or waited.',
  },
} as const satisfies Record<string, Label>;

export type LabelName = keyof typeof LABELS;
