import { type GateStanding, type TenantRun } from '@vecino/temporal';
import { type Tenant } from '@vecino/tenancy';
import { gateWorkflowId } from '@vecino/workflows';
import { agoText, unservedText } from '../explain/deployment-cause.js';
import { type WaitedQueue } from '../explain/look-around.js';
import { linksOf } from '../links.js';
import { linkText, type NextStep, step, stepText } from '../next-step.js';
import { type PlatformEnvironment } from '../platform-access.js';

/** What a tenant is busy with; or why nobody can tell. */
export type TenantWork =
  | {
      readonly gate: GateStanding;
      readonly running: readonly TenantRun[];
      /** Of its gate, and of its deployments' next steps. */
      readonly queue: WaitedQueue;
      readonly namespace: string;
    }
  | { readonly fault: string };

export const WORK_KEYS = {
  gate: 'how its gate stands: `state` (`open`, `silent`, `none`, `completed`, `ended`, or `unreachable` with `text`), `task_queue`, `running`, `cap`, `queued`, `queue_limit`, `quarantined_routers`, `to_publish`, `revision`, `stand_still`, `moving`',
  deployments:
    'those that run, the longest first: `deployment_id`, `state`, `started_at`; null where nobody can tell',
  queue:
    'its task queue: `name`, `pollers`, `polled_at`, `backlog`, and `unserved`, why nobody works on it, or null',
  links:
    '`workflows` (those of its deployments) and `gate`; null where nobody has said where these are shown',
  next: 'commands that tell more or let it go on, each with `does` and `run`',
};

const SHOWN = 5;

/** As `--output json` prints it. */
export function workReport(
  work: TenantWork,
  tenant: Tenant,
  env: PlatformEnvironment,
  now: number = Date.now(),
) {
  const links = linksOf(env);
  if ('fault' in work)
    return {
      deployments: null,
      queue: null,
      links: { workflows: null, gate: null },
      next: [step('status', 'what of the platform runs'), step('doctor', 'looks for what is wrong')],
    };
  const { running, queue, namespace } = work;
  return {
    deployments: running.map(({ deploymentId, state, startedAt }) => ({
      deployment_id: deploymentId,
      state: state ?? null,
      started_at: new Date(startedAt).toISOString(),
    })),
    queue: {
      name: queue.name,
      pollers: queue.pollers,
      polled_at: queue.polledAt === undefined ? null : new Date(queue.polledAt).toISOString(),
      backlog: queue.backlog,
      // A Worker for a tenant that has nothing to do would cost memory for nothing: then none is right.
      unserved: queue.backlog > 0 || isSilent(work.gate) ? (unservedText(queue, now) ?? null) : null,
    },
    links: {
      workflows: links.workflows(namespace, `TenantId = "${tenant.id}"`) ?? null,
      gate: links.workflow(namespace, gateWorkflowId(tenant.id)) ?? null,
    },
    next: nextOf(work, tenant),
  };
}

const isSilent = (gate: GateStanding): boolean => gate.kind === 'open' && gate.report === undefined;

function nextOf(
  { gate, running }: Exclude<TenantWork, { fault: string }>,
  { id, paused, moving }: Tenant,
): NextStep[] {
  const [oldest] = running;
  const report = gate.kind === 'open' ? gate.report : undefined;
  return [
    ...(paused ? [step(`tenant resume ${id}`, 'lets it go on')] : []),
    ...(moving === undefined ? [] : [step(`tenant move ${id} --to ${moving.to}`, 'goes on with its move')]),
    ...(report?.standStill?.code === 'PLATFORM_PAUSED'
      ? [step('status', 'who paused the platform, and why')]
      : []),
    ...(isSilent(gate) || (report?.toPublish ?? 0) > 0
      ? [step('status', 'whether its worker and the status-projector run, and where their logs are')]
      : []),
    ...(oldest === undefined
      ? []
      : [
          step(
            `explain ${oldest.deploymentId} --tenant ${id}`,
            'what the one that runs longest is busy with',
          ),
        ]),
    step(`watch ${id}`, 'its statuses as they come'),
  ];
}

/** The same for people. */
export function workText(
  { deployments, queue, links, next }: ReturnType<typeof workReport>,
  now: number = Date.now(),
): string[] {
  const shown = (deployments ?? []).slice(0, SHOWN).map(({ deployment_id, state, started_at }) => {
    const since = agoText(now - Date.parse(started_at));
    return `running     ${deployment_id}   ${state ?? ''} for ${since} in all`;
  });
  const more = (deployments?.length ?? 0) - shown.length;
  return [
    ...shown,
    ...(more > 0 ? [`            and ${more} more: --output json names all`] : []),
    ...(queue === null || queue.unserved === null
      ? []
      : [`because     ${queue.unserved}; ${queue.backlog} tasks wait`]),
    ...next.map(stepText),
    ...(links.workflows === null ? [] : [linkText(links.workflows, 'its deployments')]),
    ...(links.gate === null ? [] : [linkText(links.gate, 'its gate')]),
  ];
}
