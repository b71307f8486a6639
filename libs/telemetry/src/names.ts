/** Span and metric attributes that are Vecino's own. Kafka's are OpenTelemetry's `messaging.*`. */
export const ATTRIBUTES = {
  tenantId: 'vecino.tenant.id',
  tenantTier: 'vecino.tenant.tier',
  routerId: 'vecino.router.id',
  deploymentId: 'vecino.deployment.id',
  deploymentState: 'vecino.deployment.state',
  softwareVersion: 'vecino.software.version',
  reasonCode: 'vecino.reason.code',
  /** `intake`, … */
  limit: 'vecino.limit',
  batchItems: 'vecino.batch.items',
} as const;

/** Names of the spans that Vecino opens itself. */
export const SPANS = {
  gateSubmit: 'gate submit',
  ingestProcess: 'process deployment-requests',
  statusSend: 'send deployment-status',
} as const;

/** Metrics: name, unit (UCUM) and what is counted. All carry `vecino.tenant.id` unless said otherwise. */
export const METRICS = {
  requestsTaken: { name: 'vecino.ingest.requests', unit: '{request}', what: 'requests handed to a gate' },
  deadLetters: { name: 'vecino.ingest.dead_letters', unit: '{record}', what: 'records refused, by reason' },
  limitHits: {
    name: 'vecino.limits.hits',
    unit: '{request}',
    what: 'requests beyond a limit, by limit',
  },
  ingestLag: { name: 'vecino.ingest.lag', unit: '{record}', what: 'records behind the end, by partition' },
  deploymentsActive: {
    name: 'vecino.deployments.active',
    unit: '{deployment}',
    what: 'deployments that hold a slot',
  },
  deploymentsEnded: {
    name: 'vecino.deployments.ended',
    unit: '{deployment}',
    what: 'terminal statuses, by state',
  },
  deploymentDuration: {
    name: 'vecino.deployments.duration',
    unit: 's',
    what: 'from the request to its terminal status',
  },
  queueLength: {
    name: 'vecino.gate.queue.length',
    unit: '{request}',
    what: 'requests that wait in the gate',
  },
  queueWait: { name: 'vecino.gate.queue.wait', unit: 's', what: 'from the request to STARTED' },
} as const;
