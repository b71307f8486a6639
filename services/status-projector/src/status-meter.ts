import { type EpochMs, isTerminalState, type TerminalState } from '@vecino/foundation';
import { counter, histogram, isRecording, METRICS } from '@vecino/telemetry';
import type { StatusChange } from '@vecino/workflows';

/** Counts what statuses tell of a tenant's deployments. */
export interface StatusMeter {
  /** Kafka has them, since now. A call that is made again after it was not heard that Kafka has them counts twice. */
  published(tenantId: string, changes: readonly StatusChange[], now: EpochMs): void;
}

const MS = 1_000;

export function createStatusMeter(): StatusMeter {
  const decisions = counter(METRICS.gateDecisions);
  const limitHits = counter(METRICS.limitHits);
  const queueWait = histogram(METRICS.queueWait);
  const ended = counter(METRICS.deploymentsEnded);
  const duration = histogram(METRICS.deploymentDuration);
  const requestDuration = histogram(METRICS.requestDuration);
  const phaseDuration = histogram(METRICS.phaseDuration);
  const latency = histogram(METRICS.statusLatency);

  function count(tenantId: string, change: StatusChange, now: EpochMs): void {
    const tenant = { 'vecino.tenant.id': tenantId };
    const { state, occurredAt, measured = {} } = change;
    // Told before: it is the answer to somebody who asked again.
    if (measured.again === true) return;
    latency.record((now - occurredAt) / MS, tenant);
    if (measured.left !== undefined)
      phaseDuration.record(measured.left.ms / MS, {
        ...tenant,
        'vecino.deployment.state': measured.left.state,
      });
    if (state === 'QUEUED') countQueued(tenant, change);
    else if (state === 'STARTED') countStarted(tenant, change);
    else if (isTerminalState(state)) countEnded(tenant, state, change);
  }

  function countQueued(tenant: Tenant, { reason }: StatusChange): void {
    decisions.add(1, { ...tenant, 'vecino.gate.decision': 'queued', 'vecino.reason.code': reason?.code });
    if (reason?.code === 'CAP_REACHED') limitHits.add(1, { ...tenant, 'vecino.limit': 'concurrency' });
  }

  function countStarted(tenant: Tenant, { occurredAt, measured = {} }: StatusChange): void {
    decisions.add(1, { ...tenant, 'vecino.gate.decision': 'admitted' });
    const { requestedAt, waitCause } = measured;
    if (requestedAt !== undefined)
      queueWait.record((occurredAt - requestedAt) / MS, { ...tenant, 'vecino.wait.cause': waitCause });
  }

  function countEnded(tenant: Tenant, state: TerminalState, change: StatusChange): void {
    const { occurredAt, reason, measured = {} } = change;
    const { requestedAt, startedAt } = measured;
    const inState = { ...tenant, 'vecino.deployment.state': state };
    ended.add(1, { ...inState, 'vecino.reason.code': reason?.code });
    if (requestedAt !== undefined) requestDuration.record((occurredAt - requestedAt) / MS, inState);
    if (startedAt !== undefined) duration.record((occurredAt - startedAt) / MS, inState);
    // One that was refused after it had started was refused by the step before the work, not by its gate.
    if (state !== 'REJECTED' || startedAt !== undefined) return;
    decisions.add(1, { ...tenant, 'vecino.gate.decision': 'rejected', 'vecino.reason.code': reason?.code });
    if (reason?.code === 'QUEUE_FULL') limitHits.add(1, { ...tenant, 'vecino.limit': 'queue' });
  }

  return {
    published(tenantId, changes, now) {
      if (!isRecording()) return;
      for (const change of changes) count(tenantId, change, now);
    },
  };
}

type Tenant = { readonly 'vecino.tenant.id': string };
