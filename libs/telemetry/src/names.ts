/** Span and metric attributes that are Vecino's own. Kafka's, Redis' and those of calls are OpenTelemetry's. */
export const ATTRIBUTES = {
  tenantId: 'vecino.tenant.id',
  tenantTier: 'vecino.tenant.tier',
  routerId: 'vecino.router.id',
  deploymentId: 'vecino.deployment.id',
  deploymentState: 'vecino.deployment.state',
  softwareVersion: 'vecino.software.version',
  reasonCode: 'vecino.reason.code',
  /** Where the evidence lies, as the terminal status names it. */
  evidence: 'vecino.evidence',
  /** `intake`, … */
  limit: 'vecino.limit',
  limitGranted: 'vecino.limit.granted',
  batchItems: 'vecino.batch.items',
  /** Of an activity: which attempt it is, from 1, and how many milliseconds it lay in its queue before. */
  attempt: 'vecino.attempt',
  waitedMs: 'vecino.waited_ms',
  /** What a router answered: the kind of the outcome as the evidence has it. */
  callOutcome: 'vecino.call.outcome',
  /** How many further calls came out the same, up to the one that this span is of. */
  callRepeats: 'vecino.call.repeats',
} as const;

/** Names of the spans that Vecino opens itself. */
export const SPANS = {
  gateSubmit: 'gate submit',
  ingestProcess: 'process deployment-requests',
  /** All records of a fetch, by whichever consumer; its topic follows. */
  processBatch: 'process batch',
  statusSend: 'send deployment-status',
  /** All records of a write, by whichever producer; its topic follows where there is one. */
  sendBatch: 'send batch',
  /** A deployment from when Kafka took its request to its terminal. */
  deployment: 'deployment',
} as const;
