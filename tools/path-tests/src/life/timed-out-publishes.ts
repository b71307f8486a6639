import { type Client } from '@temporalio/client';
import { type NetworkDeploymentStatus, statusEventId } from '@vecino/contracts';
import { type PublishStatusesInput } from '@vecino/workflows';

/** From one moment to another, in milliseconds since the Unix epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Statuses of which Temporal did not hear in time that they are published, although they may be: from when that was to be done
 * until it was, or was given up.
 */
export interface TimedOutPublish extends Span {
  readonly eventIds: ReadonlySet<string>;
}

type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;
export type HistoryEvent = NonNullable<History['events']>[number];

const GATES = 'WorkflowType = "TenantGateWorkflow"';

/** Those of all gates, and of the deployments that these statuses are of. */
export async function readTimedOutPublishes(
  client: Client,
  statuses: readonly NetworkDeploymentStatus[],
): Promise<TimedOutPublish[]> {
  const runs = new Map<string, string>();
  for (const { workflow_id, run_id } of statuses) if (run_id !== '') runs.set(run_id, workflow_id);
  for await (const { workflowId, runId } of client.workflow.list({ query: GATES }))
    runs.set(runId, workflowId);
  const found: TimedOutPublish[] = [];
  for (const [runId, workflowId] of runs) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    found.push(...timedOutIn(events ?? []));
  }
  return found;
}

/** Those of one run. A gate tries again within the activity, a deployment in another one. Pure. */
export function timedOutIn(events: readonly HistoryEvent[]): TimedOutPublish[] {
  const scheduled = new Map(events.filter(isPublish).map((event) => [String(event.eventId), event]));
  const triedAgain = new Set(
    events.flatMap(({ activityTaskStartedEventAttributes: started }) =>
      started?.lastFailure?.timeoutFailureInfo ? [String(started.scheduledEventId)] : [],
    ),
  );
  return events.flatMap((event) => {
    const timedOut = event.activityTaskTimedOutEventAttributes;
    const id = String((event.activityTaskCompletedEventAttributes ?? timedOut)?.scheduledEventId);
    const publish = scheduled.get(id);
    if (publish === undefined || (!timedOut && !triedAgain.has(id))) return [];
    return [{ eventIds: eventIdsOf(publish), from: timeOf(publish), to: timeOf(event) }];
  });
}

export const overlap = (a: Span, b: Span): boolean => a.from <= b.to && b.from <= a.to;

const isPublish = ({ activityTaskScheduledEventAttributes: scheduled }: HistoryEvent): boolean =>
  scheduled?.activityType?.name === 'publishStatuses';

function eventIdsOf({ activityTaskScheduledEventAttributes: scheduled }: HistoryEvent): Set<string> {
  const data = scheduled?.input?.payloads?.[0]?.data;
  if (!data) return new Set();
  const { tenantId, changes } = JSON.parse(Buffer.from(data).toString('utf8')) as PublishStatusesInput;
  return new Set(
    changes.map(({ deploymentId, sequence }) => statusEventId(tenantId, deploymentId, sequence)),
  );
}

const timeOf = ({ eventTime }: HistoryEvent): number =>
  Number(eventTime?.seconds ?? 0) * 1_000 + Math.floor((eventTime?.nanos ?? 0) / 1_000_000);
