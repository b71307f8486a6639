import type { HrTime, SpanKind, SpanStatus, SpanStatusCode } from '@opentelemetry/api';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { SerializableSpan } from '@temporalio/interceptors-opentelemetry/lib/workflow/definitions';
import { type EpochMs, type TraceHeaders, type TraceParent, traceParentText } from '@vecino/foundation';

/** A run of a workflow, as far as its span tells of it. */
export interface TracedRun {
  readonly workflowType: string;
  readonly runId: string;
  /** The span below which it was started. */
  readonly parent: TraceParent;
  readonly tracestate?: string | undefined;
  readonly startedAt: EpochMs;
}

/** OpenTelemetry's own values: its module would be evaluated anew for each workflow that begins. */
const INTERNAL: SpanKind.INTERNAL = 0;
const UNSET: SpanStatusCode.UNSET = 0;
const OK: SpanStatusCode.OK = 1;
const ERROR: SpanStatusCode.ERROR = 2;

/** By the run's id, whose last 16 digits are random but for two bits: the same in each replay, and nothing random is drawn for it. */
const spanIdOf = ({ runId }: TracedRun): string => runId.replaceAll('-', '').slice(-16);

/** What belongs to the run is below its span; where the request was not sampled there is none, and its own is passed on. */
export const traceOfRun = (run: TracedRun): TraceHeaders => ({
  traceparent: traceParentText(run.parent.sampled ? { ...run.parent, spanId: spanIdOf(run) } : run.parent),
  ...(run.tracestate !== undefined && { tracestate: run.tracestate }),
});

/** How a run ended: with nothing, or with what it threw. `again` where it goes on in another run. */
export type RunEnd =
  { readonly kind: 'returned' | 'again' } | { readonly kind: 'threw'; readonly error: unknown };

/** In the form in which it leaves the sandbox, named as Temporal's own interceptors name it. */
export function runSpan(run: TracedRun, end: RunEnd, endedAt: EpochMs): SerializableSpan {
  return {
    name: `RunWorkflow:${run.workflowType}`,
    kind: INTERNAL,
    spanContext: {
      traceId: run.parent.traceId,
      spanId: spanIdOf(run),
      traceFlags: 1,
      ...(run.tracestate !== undefined && { traceState: run.tracestate }),
    },
    parentSpanId: run.parent.spanId,
    startTime: hrTime(run.startedAt),
    endTime: hrTime(endedAt),
    duration: hrTime(endedAt - run.startedAt),
    status: statusOf(end),
    attributes: {},
    links: [],
    events: end.kind === 'threw' ? [exceptionOf(end.error, endedAt)] : [],
    ended: true,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    instrumentationLibrary: { name: '@vecino/workflows' },
  };
}

function statusOf(end: RunEnd): SpanStatus {
  switch (end.kind) {
    case 'returned':
    case 'again':
      return { code: OK };
    case 'threw':
      return { code: isBenign(end.error) ? UNSET : ERROR, message: messageOf(end.error) };
  }
}

/** https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/ */
const exceptionOf = (error: unknown, at: EpochMs): SerializableSpan['events'][number] => ({
  name: 'exception',
  time: hrTime(at),
  attributes: {
    'exception.message': messageOf(error),
    ...(error instanceof Error && {
      'exception.type': error.name,
      ...(error.stack !== undefined && { 'exception.stacktrace': error.stack }),
    }),
  },
});

const isBenign = (error: unknown): boolean =>
  error instanceof ApplicationFailure && error.category === ApplicationFailureCategory.BENIGN;
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const hrTime = (ms: number): HrTime => [Math.floor(ms / 1_000), (ms % 1_000) * 1_000_000];
