import type { SpanProcessor, ReadableSpan } from '@opentelemetry/sdk-trace-base';
import {
  makeWorkflowExporter,
  OpenTelemetryActivityInboundInterceptor,
  OpenTelemetryActivityOutboundInterceptor,
} from '@temporalio/interceptors-opentelemetry';
import type { WorkerOptions } from '@temporalio/worker';
import { ATTRIBUTES, type Tracing } from '@vecino/telemetry';
import { deploymentLogFields } from './deployment-log-fields.js';

/**
 * Activity interceptors and the sink through which the workflows' spans leave their sandbox. The workflows' own
 * interceptors are in the bundle. No plugin: on connection and Worker at once it makes each span twice.
 */
export function workerTracing(tracing: Tracing): Pick<WorkerOptions, 'interceptors' | 'sinks'> {
  return {
    interceptors: {
      activity: [
        (ctx) => ({
          inbound: new OpenTelemetryActivityInboundInterceptor(ctx),
          outbound: new OpenTelemetryActivityOutboundInterceptor(ctx),
        }),
      ],
    },
    sinks: { exporter: makeWorkflowExporter(workflowSpans(tracing.spanProcessor), tracing.resource) },
  };
}

/**
 * The sink adds the whole `WorkflowInfo` to a span's attributes: memo, search attributes and functions included, which
 * OTLP cannot carry and nobody should see. Kept are plain values, with tenant and deployment under their usual names.
 */
function workflowSpans(target: SpanProcessor): SpanProcessor {
  return {
    onStart: () => {},
    onEnd: (span) => target.onEnd(withPlainAttributes(span)),
    forceFlush: () => target.forceFlush(),
    shutdown: () => target.shutdown(),
  };
}

function withPlainAttributes(span: ReadableSpan): ReadableSpan {
  const attributes: Record<string, string | number | boolean> = {};
  for (const [key, value] of Object.entries(span.attributes)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      attributes[key] = value;
  }
  const workflowId = attributes['workflowId'];
  const { tenant_id, deployment_id } =
    typeof workflowId === 'string' ? deploymentLogFields({ workflowId }) : {};
  if (tenant_id !== undefined) attributes[ATTRIBUTES.tenantId] = tenant_id;
  if (deployment_id !== undefined) attributes[ATTRIBUTES.deploymentId] = deployment_id;
  // A span that left the sandbox is a plain object, so the copy is complete.
  return { ...span, attributes };
}
