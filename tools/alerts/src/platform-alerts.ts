import {
  METRICS,
  prometheusName,
  SERVICE_METRICS,
  type ServiceName,
  TEMPORAL_METRICS,
} from '@vecino/telemetry';
import { counted, series, standing } from '@vecino/telemetry/promql';
import { labelled, type RuleGroup } from './alert.js';

/** Those without which no tenant is served. A worker-dedicated serves one: it is missed by its task queue. */
const NEEDED = ['ingest', 'status-projector', 'worker-shared'] as const satisfies readonly ServiceName[];
const OF_ONE_TENANT: ServiceName = 'worker-dedicated';
/** Projectors look every 15 s, at any pace of the rules. */
const STALE_SECONDS = 120;

/**
 * By the label that targets have where they are scraped: the service, or in Kubernetes the name of its Service, which begins with
 * that of the release. The Service of a worker of one tenant ends with the tenant's id, which may be the name of any service.
 */
const readyOf = (service: ServiceName): string =>
  `${prometheusName(SERVICE_METRICS.ready)}{service=~"(.+-)?${service}", service!~"(.+-)?${OF_ONE_TENANT}-.+"}`;

const queue = `${labelled('task_queue')} in ${labelled('namespace')}`;

/** What everybody needs. */
export const PLATFORM_GROUP: RuleGroup = {
  name: 'vecino-platform',
  alerts: [
    {
      name: 'VecinoNoPollers',
      severity: 'page',
      for: '2m',
      expression: () => `${standing(METRICS.queueUnserved)} > 0`,
      summary: `Task queue ${queue}: {{ $value }} ${labelled('vecino.task_type')} tasks of its tenant wait, and no worker polls.`,
      description:
        'Gates and deployments of that queue stand still; nothing is lost. `./vecino doctor` asks the workers of `./vecino up` what they lack; elsewhere each says it at its `/readyz`.',
      runbook: 'workers-away.md',
      meaning: 'Tasks wait on a queue that no worker has asked for tasks within five minutes.',
    },
    {
      name: 'VecinoWorkflowCodeFails',
      severity: 'page',
      for: '5m',
      // Temporal tries a task ever more rarely, at last every ten minutes.
      keepFiringFor: '15m',
      expression: ({ duration }) =>
        `${counted(series(TEMPORAL_METRICS.workflowTaskFailed), duration('5m'), ['namespace', 'task_queue', 'workflow_type'])} > 0`,
      summary: `Task queue ${queue}: ${labelled('workflow_type')} of its tenant fails in its code, again and again.`,
      description:
        'Its workflows stand still until other code is deployed; nothing is lost. The worker’s log has the failure, `./vecino explain DEPLOYMENT` how often that of a deployment was tried; if it began with a release, go back to the one before.',
      runbook: 'gate-ended.md#workflow-code-fails',
      meaning:
        'Workflow tasks have failed for five minutes: code that throws, or a history that it does not fit. It goes on for twenty minutes after the last.',
    },
    {
      name: 'VecinoServiceAbsent',
      severity: 'page',
      for: '2m',
      expression: () =>
        NEEDED.map(
          (service) => `label_replace(absent(${readyOf(service)} == 1), "service", "${service}", "", "")`,
        ).join('\nor '),
      summary: 'All tenants: no {{ $labels.service }} is ready.',
      description:
        'None runs, none is ready, or Prometheus does not reach them. `./vecino doctor` says which server does not answer and which topic is missing; one that runs says at its `/readyz` what it lacks.',
      runbook: 'service-not-ready.md#none-is-ready',
      meaning: `No ready ${NEEDED.slice(0, -1).join(', ')} or ${NEEDED.slice(-1).join('')} can be scraped.`,
    },
    {
      name: 'VecinoServiceNotReady',
      severity: 'ticket',
      for: '5m',
      expression: () => `max by (job, service, instance) (${series(SERVICE_METRICS.ready)}) == 0`,
      summary: 'All tenants: {{ $labels.service }} at {{ $labels.instance }} is not ready.',
      description:
        'Others of its kind do its work, where there are any. Its `/readyz` names the check that fails, `./vecino doctor` says which server does not answer.',
      runbook: 'service-not-ready.md',
      meaning: 'One process says that it is not ready.',
    },
    {
      name: 'VecinoStandingStale',
      severity: 'page',
      for: '1m',
      expression: () =>
        `time() - max(${series(METRICS.lastLook)}) > ${STALE_SECONDS} or absent(${series(METRICS.lastLook)})`,
      summary: 'All tenants: nobody knows how their gates stand.',
      description:
        'No projector can ask Temporal, so the alerts on stuck deployments, limits, silent gates and pollers are blind. `./vecino doctor` says whether Temporal answers, `/readyz` of each projector whether that is ready.',
      runbook: 'service-not-ready.md#nobody-looks-at-the-gates',
      meaning: `How gates, deployments and task queues stand is older than ${STALE_SECONDS} s, or not known at all.`,
    },
  ],
};
