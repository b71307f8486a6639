import { TemporalFailure } from '@temporalio/common';
import {
  ContinueAsNew,
  proxySinks,
  workflowInfo,
  type WorkflowExecuteInput,
  type WorkflowInterceptorsFactory,
} from '@temporalio/workflow';
import type { OpenTelemetrySinks } from '@temporalio/interceptors-opentelemetry/lib/workflow/definitions';
import { parseTraceParent, traceFields, type TraceHeaders } from '@vecino/foundation';
import { requestTrace } from './request-trace.js';
import { type RunEnd, runSpan, type TracedRun, traceOfRun } from './run-span.js';
import { traceOfHeaders, withTrace } from './trace-header.js';

/**
 * Bundled where tracing is on. A run that was started within a trace has its span there, and what it asks for is told the
 * trace; a gate was started within none, and passes on that of each request. Histories are the same with and without but for
 * headers. Why not the library's: docs/adr/0020-spans-where-the-work-is.md.
 */
export const interceptors: WorkflowInterceptorsFactory = () => {
  let own: TraceHeaders = {};
  const traced = <I extends Pick<WorkflowExecuteInput, 'headers'>>(input: I): I => ({
    ...input,
    headers: withTrace(input.headers, requestTrace() ?? own),
  });
  return {
    inbound: [
      {
        execute(input, next) {
          const run = tracedRun(traceOfHeaders(input.headers));
          if (run === undefined) return next(input);
          own = traceOfRun(run);
          return endedWith(next(input), (end) => {
            if (run.parent.sampled) exporter.export([runSpan(run, end, Date.now())]);
          });
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(traced(input)),
        scheduleLocalActivity: (input, next) => next(traced(input)),
        startChildWorkflowExecution: (input, next) => next(traced(input)),
        signalWorkflow: (input, next) => next(traced(input)),
        continueAsNew: (input, next) => next(traced(input)),
        getLogAttributes: (attributes, next) => next({ ...traceFields(own), ...attributes }),
      },
    ],
  };
};

/** Never called in replay. Once for a run, and again where the server does not take its end because something came meanwhile. */
const { exporter } = proxySinks<OpenTelemetrySinks>();

function tracedRun({ traceparent, tracestate }: TraceHeaders): TracedRun | undefined {
  const parent = parseTraceParent(traceparent);
  if (parent === undefined) return undefined;
  const { workflowType, runId } = workflowInfo();
  return { workflowType, runId, parent, tracestate, startedAt: Date.now() };
}

async function endedWith<T>(work: Promise<T>, ended: (end: RunEnd) => void): Promise<T> {
  try {
    const result = await work;
    ended({ kind: 'returned' });
    return result;
  } catch (error) {
    if (error instanceof ContinueAsNew) ended({ kind: 'again' });
    // All else that is thrown fails a task, which is tried again: the run has not ended.
    else if (error instanceof TemporalFailure) ended({ kind: 'threw', error });
    throw error;
  }
}
