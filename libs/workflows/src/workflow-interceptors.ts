import type { WorkflowInterceptorsFactory, WorkflowOutboundCallsInterceptor } from '@temporalio/workflow';
import { headersWithContext } from '@temporalio/interceptors-opentelemetry/lib/instrumentation';
import {
  OpenTelemetryInboundInterceptor,
  OpenTelemetryInternalsInterceptor,
  OpenTelemetryOutboundInterceptor,
} from '@temporalio/interceptors-opentelemetry/lib/workflow';

/** Bundled where tracing is on. Histories are the same with and without: interceptors only add headers and spans. */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  inbound: [new OpenTelemetryInboundInterceptor()],
  outbound: [passesContextOn()],
  internals: [new OpenTelemetryInternalsInterceptor()],
});

/**
 * Whatever a workflow asks for is told which trace it belongs to, and has its span where it runs. The library's own
 * interceptor opens a second one here, and the sandbox makes its promises dear (docs/adr/0020-spans-where-the-work-is.md).
 */
function passesContextOn(): WorkflowOutboundCallsInterceptor {
  const library = new OpenTelemetryOutboundInterceptor();
  const inContext = <I extends { readonly headers: Parameters<typeof headersWithContext>[0] }>(
    input: I,
  ): I => ({
    ...input,
    headers: headersWithContext(input.headers),
  });
  return {
    scheduleActivity: (input, next) => next(inContext(input)),
    startChildWorkflowExecution: (input, next) => next(inContext(input)),
    signalWorkflow: (input, next) => next(inContext(input)),
    continueAsNew: (input, next) => next(inContext(input)),
    getLogAttributes: (input, next) => library.getLogAttributes(input, next),
  };
}
