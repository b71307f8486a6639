import type { LoadedDataConverter } from '@temporalio/common';
import {
  decodeArrayFromPayloads,
  decodeFromPayloadsAtIndex,
} from '@temporalio/common/lib/internal-non-workflow/index.js';
import { tsToMs } from '@temporalio/common/lib/time.js';
import type { temporal } from '@temporalio/proto';
import {
  type DeadLetterOrder,
  type GateEvent,
  type GateInput,
  type GateResult,
  parseDeploymentWorkflowId,
  type PublishStatusesInput,
  type RebuildPage,
  type SubmitBatch,
  type SubmitCommand,
  type TenantSettings,
} from '@vecino/workflows';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;
type Payloads = temporal.api.common.v1.IPayload[] | null | undefined;

/** What the history of one run of a gate tells, in its order. */
export async function gateEventsOf(
  history: temporal.api.history.v1.IHistory,
  converter: LoadedDataConverter,
): Promise<GateEvent[]> {
  const scheduled = new Map<string, { readonly activity: string; readonly input: Payloads }>();
  const events: GateEvent[] = [];
  for (const event of history.events ?? []) {
    const told = await tell(event, converter, scheduled);
    if (told !== undefined) events.push(told);
  }
  return events;
}

async function tell(
  event: HistoryEvent,
  converter: LoadedDataConverter,
  scheduled: Map<string, { readonly activity: string; readonly input: Payloads }>,
): Promise<GateEvent | undefined> {
  const at = tsToMs(event.eventTime);
  const first = <T>(payloads: Payloads) => decodeFromPayloadsAtIndex<T>(converter, 0, payloads);
  if (event.workflowExecutionStartedEventAttributes) {
    const input = await first<GateInput>(event.workflowExecutionStartedEventAttributes.input?.payloads);
    return { kind: 'started', input, at };
  }
  if (event.workflowExecutionSignaledEventAttributes) {
    const { signalName, input } = event.workflowExecutionSignaledEventAttributes;
    if (signalName === 'submit')
      return { kind: 'submitted', batch: await first<SubmitBatch>(input?.payloads), at };
    if (signalName === 'command')
      return { kind: 'commanded', command: await first<SubmitCommand>(input?.payloads) };
    if (signalName === 'configure')
      return { kind: 'configured', settings: await first<TenantSettings>(input?.payloads) };
    return undefined;
  }
  if (event.startChildWorkflowExecutionInitiatedEventAttributes) {
    const deploymentId = idOf(event.startChildWorkflowExecutionInitiatedEventAttributes.workflowId);
    return deploymentId === undefined ? undefined : { kind: 'child-asked-for', deploymentId };
  }
  if (event.childWorkflowExecutionStartedEventAttributes) {
    const { workflowExecution } = event.childWorkflowExecutionStartedEventAttributes;
    const deploymentId = idOf(workflowExecution?.workflowId);
    const runId = workflowExecution?.runId ?? '';
    return deploymentId === undefined ? undefined : { kind: 'child-started', deploymentId, runId };
  }
  if (event.activityTaskScheduledEventAttributes) {
    const { activityType, input } = event.activityTaskScheduledEventAttributes;
    scheduled.set(String(event.eventId), { activity: activityType?.name ?? '', input: input?.payloads });
    if (activityType?.name !== 'publishStatuses') return undefined;
    return { kind: 'decided', changes: (await first<PublishStatusesInput>(input?.payloads)).changes };
  }
  if (!event.activityTaskCompletedEventAttributes) return undefined;
  const { scheduledEventId, result } = event.activityTaskCompletedEventAttributes;
  const done = scheduled.get(String(scheduledEventId));
  if (done === undefined) return undefined;
  switch (done.activity) {
    case 'publishStatuses':
      return { kind: 'published', changes: (await first<PublishStatusesInput>(done.input)).changes };
    case 'writeDeadLetters': {
      const [orders] = (await decodeArrayFromPayloads(converter, done.input)) as [readonly DeadLetterOrder[]];
      return { kind: 'letters-written', orders };
    }
    case 'rebuildGate':
      return { kind: 'rebuilt', page: await first<RebuildPage>(result?.payloads) };
    default:
      return undefined;
  }
}

/** With what the gate completed; undefined where it ended in any other way. */
export async function gateResultOf(
  history: temporal.api.history.v1.IHistory,
  converter: LoadedDataConverter,
): Promise<GateResult | undefined> {
  const completed = history.events?.at(-1)?.workflowExecutionCompletedEventAttributes;
  if (!completed) return undefined;
  return decodeFromPayloadsAtIndex<GateResult>(converter, 0, completed.result?.payloads);
}

const idOf = (workflowId: string | null | undefined): string | undefined =>
  workflowId ? parseDeploymentWorkflowId(workflowId)?.deploymentId : undefined;
