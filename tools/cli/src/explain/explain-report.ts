import { gateWorkflowId, deploymentWorkflowId } from '@vecino/workflows';
import { linksOf } from '../links.js';
import { linkText, stepText } from '../next-step.js';
import { type PlatformEnvironment } from '../platform-access.js';
import { traceIdOf } from '../status-feed.js';
import { causeOf } from './deployment-cause.js';
import { nextOf } from './deployment-next.js';
import { type DeploymentStanding } from './look-around.js';

export const EXPLAIN_KEYS = {
  tenant_id: 'whose it is',
  state: '`queued`, `starting`, `running`, `holding`, `closed`, or `silent` where its gate does not answer',
  sentence: 'for people',
  reason: '`code` and `text` ([reasons](errors.md)); null where there is none',
  place_in_line: '1 = next; null where it does not wait',
  until: 'when the wait ends at the earliest, or null',
  holder: 'the deployment that has the router, or null',
  cause: 'what it is busy with or waits for, beyond the sentence; one fact a line',
  steps:
    'of its workflow, those that have not ended: `name`, `attempt`, `state` (`waiting`, `running`, `pausing`), `since`, `next_at`, `last_fault`, `worker`',
  queue:
    'the task queue on which a worker is waited for: `name`, `type`, `pollers`, `polled_at`, `backlog`; null where none is',
  trace_id: 'of its request, once it has started',
  links: '`workflow`, `gate` and `trace`; null where nobody has said where that is shown',
  next: 'commands that tell more or end the wait, each with `does` and `run`',
};

export type ExplainReport = ReturnType<typeof explainReport>;

/** One deployment as `--output json` prints it. */
export function explainReport(
  standing: DeploymentStanding,
  env: PlatformEnvironment,
  now: number = Date.now(),
) {
  const { tenant, deploymentId, namespace, answer, run, queue } = standing;
  const known = 'explanation' in answer ? answer.explanation : undefined;
  const links = linksOf(env);
  const traceparent = run?.input.traceparent;
  const traceId = traceparent === undefined ? undefined : traceIdOf(traceparent);
  return {
    tenant_id: tenant.id as string,
    state: known?.state ?? 'silent',
    sentence: known?.sentence ?? `its gate does not answer: ${'silence' in answer ? answer.silence : ''}`,
    reason: known?.reason ?? null,
    place_in_line: known?.placeInLine ?? null,
    until: timeOf(known?.until),
    holder: known?.holder ?? null,
    cause: causeOf(standing, now),
    steps: (run?.steps ?? []).map((step) => ({
      name: step.name,
      attempt: step.attempt,
      state: step.state,
      since: timeOf(step.since),
      next_at: timeOf(step.nextAt),
      last_fault: step.lastFault ?? null,
      worker: step.worker ?? null,
    })),
    queue:
      queue === undefined
        ? null
        : {
            name: queue.name,
            type: queue.type,
            pollers: queue.pollers,
            polled_at: timeOf(queue.polledAt),
            backlog: queue.backlog,
          },
    trace_id: traceId ?? null,
    links: {
      workflow:
        (run && links.workflow(namespace, deploymentWorkflowId(tenant.id, deploymentId), run.runId)) ?? null,
      gate: links.workflow(namespace, gateWorkflowId(tenant.id)) ?? null,
      trace: (traceId && links.trace(traceId)) ?? null,
    },
    next: nextOf(standing),
  };
}

const timeOf = (at: number | undefined): string | null =>
  at === undefined ? null : new Date(at).toISOString();

/** The same for people: the answer first, then where to look. */
export function explainText({ tenant_id, sentence, cause, links, trace_id, next }: ExplainReport): string {
  return [
    `${tenant_id}: ${sentence}`,
    ...cause.map((fact) => `because     ${fact}`),
    ...next.map(stepText),
    ...(links.workflow === null ? [] : [linkText(links.workflow, 'its workflow')]),
    ...(links.workflow === null && links.gate !== null ? [linkText(links.gate, 'its gate')] : []),
    ...(links.trace === null ? [] : [linkText(links.trace, 'its trace')]),
    ...(links.trace === null && trace_id !== null ? [`trace       ${trace_id}`] : []),
  ].join('\n');
}
