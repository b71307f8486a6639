import { defaultTextMapGetter, propagation, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { isTerminalState, type TerminalState } from '@vecino/foundation';
import { ATTRIBUTES, SPANS } from '@vecino/telemetry';
import type { StatusChange } from '@vecino/workflows';

/**
 * Ends the trace of each deployment that has ended, however it has: the one span that says so, whatever became of its workflow
 * and of the workers' own spans. By it the collector decides which traces to keep, so it is written for every terminal, once
 * Kafka has it; again where that is published again because nobody heard that Kafka had it. A terminal that is only repeated
 * for somebody who asked has none.
 */
export function endTraces(tenantId: string, changes: readonly StatusChange[]): void {
  for (const change of changes) {
    const { state, measured } = change;
    if (isTerminalState(state) && measured?.again !== true) writeSpan(tenantId, state, change);
  }
}

function writeSpan(tenantId: string, state: TerminalState, change: StatusChange): void {
  const { deploymentId, routerId, softwareVersion, occurredAt, reason, details, measured = {} } = change;
  const { requestedAt, startedAt } = measured;
  const evidence = details?.['evidence'];
  const span = trace.getTracer('vecino.status-projector').startSpan(
    SPANS.deployment,
    {
      startTime: requestedAt ?? startedAt ?? occurredAt,
      attributes: {
        [ATTRIBUTES.tenantId]: tenantId,
        [ATTRIBUTES.deploymentId]: deploymentId,
        [ATTRIBUTES.routerId]: routerId,
        [ATTRIBUTES.softwareVersion]: softwareVersion,
        [ATTRIBUTES.deploymentState]: state,
        ...(reason !== undefined && { [ATTRIBUTES.reasonCode]: reason.code }),
        ...(evidence !== undefined && { [ATTRIBUTES.evidence]: evidence }),
        temporalWorkflowId: change.workflowId,
        ...(change.runId !== '' && { run_id: change.runId }),
      },
    },
    propagation.extract(ROOT_CONTEXT, change, defaultTextMapGetter),
  );
  if (startedAt !== undefined) span.addEvent('STARTED', startedAt);
  if (isFailure(state)) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: reason?.text ?? state });
    span.setAttribute('error.type', reason?.code ?? state);
  }
  span.end(occurredAt);
}

/** A refusal and a wish are no failures, as in the metrics; their traces are kept all the same. */
function isFailure(state: TerminalState): boolean {
  switch (state) {
    case 'FAILED':
    case 'ROLLED_BACK':
    case 'TERMINATED':
    case 'TIMED_OUT':
      return true;
    case 'SUCCEEDED':
    case 'CANCELLED':
    case 'REJECTED':
      return false;
  }
}
