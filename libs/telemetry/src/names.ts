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
