import { METRICS } from '@vecino/telemetry';
import {
  by,
  counted,
  latest,
  observations,
  oneOf,
  quantile,
  series,
  standing,
} from '@vecino/telemetry/promql';
import { type Alert, labelled, type RuleGroup, TENANT } from './alert.js';

const TENANT_LABEL = 'vecino.tenant.id';

/** Alerts begin where half of the room is used up: at 1,000 a gate starts nothing more. */
const UNPUBLISHED_AT_MOST = 500;
/** From the change to when Kafka has its status. */
export const STATUS_LATE_SECONDS = 10;
/** Below so many statuses, a late one says nothing. */
const STATUSES_AT_LEAST = 20;
const QUEUE_SHARE = 0.8;
/** A router may be away for half an hour; what it did before and after that is told. */
const SILENCE = '1h';

const showTenant = `\`./vecino tenant show ${TENANT}\``;
const explain = `\`./vecino explain DEPLOYMENT --tenant ${TENANT}\``;
const watch = `\`./vecino watch ${TENANT} --from-beginning\``;
const audit = `\`./vecino audit --tenant ${TENANT}\``;

const deployments: readonly Alert[] = [
  {
    name: 'VecinoDeploymentStuck',
    severity: 'page',
    for: '1m',
    expression: () => `${standing(METRICS.deploymentsStuck)} > 0`,
    summary: `Tenant ${TENANT}: {{ $value }} deployments say nothing new for more than twice the time that their phase may take.`,
    description: `Nothing will happen to them by itself, and their routers may be in the middle of an upgrade. The runbook says how to find them; ${explain} says where one stands.`,
    runbook: 'deployment-stuck.md',
    meaning: 'A deployment had no new status for twice the timeout of its phase.',
  },
  {
    name: 'VecinoStatusesStand',
    severity: 'ticket',
    for: '5m',
    // The hour is looked at as a whole: a projector that was started meanwhile knows of no status, and those before it did.
    expression: ({ duration, seconds }) =>
      [
        `sum ${by(TENANT_LABEL)}(${standing(METRICS.deploymentsActive)}) > 0`,
        `and max ${by(TENANT_LABEL)}(${series(METRICS.deploymentsActive)} offset ${duration(SILENCE)}) > 0`,
        `unless ${latest(METRICS.lastStatus, duration(SILENCE))} > time() - ${seconds(SILENCE)}`,
      ].join('\n'),
    summary: `Tenant ${TENANT}: no status for an hour or longer, and {{ $value }} deployments are active.`,
    description: `Either nothing moves, or what moves is not published. ${audit} names what has ended and was never told, ${explain} says where one deployment stands.`,
    runbook: 'deployment-stuck.md#no-status-at-all',
    meaning: `Deployments were active ${SILENCE} ago and are now, and the tenant had no status since.`,
  },
  {
    name: 'VecinoRouterQuarantined',
    severity: 'ticket',
    for: '15m',
    expression: () => `${standing(METRICS.quarantined)} > 0`,
    summary: `Tenant ${TENANT}: {{ $value }} routers stay locked, and nobody knows in which state they are.`,
    description: `Their next requests wait. ${explain} of a request that waits names the deployment that left its router locked.`,
    runbook: 'router-quarantined.md',
    meaning: 'A router has been quarantined for longer than it is asked three times.',
  },
];

const limits: readonly Alert[] = [
  {
    name: 'VecinoSlotsSaturated',
    severity: 'ticket',
    for: '30m',
    expression: () => `${standing(METRICS.slotsSaturated)} > 0`,
    summary: `Tenant ${TENANT}: all {{ $value }} slots have been in use for half an hour, and requests wait.`,
    description: `It is the tenant’s own limit; others feel nothing. ${showTenant} says what uses the slots and how many wait.`,
    runbook: 'limits-saturated.md#all-slots-are-in-use',
    meaning: 'All slots of a tenant are in use while requests wait.',
  },
  {
    name: 'VecinoQueueNearlyFull',
    severity: 'ticket',
    for: '5m',
    expression: () => `${standing(METRICS.queueFill)} > ${QUEUE_SHARE}`,
    summary: `Tenant ${TENANT}: its queue is full to {{ $value | humanizePercentage }}.`,
    description: `What comes when it is full is REJECTED with QUEUE_FULL. ${showTenant} says how many wait, and for what.`,
    runbook: 'limits-saturated.md#the-queue-is-nearly-full',
    meaning: `A tenant’s queue is full to more than ${QUEUE_SHARE * 100} %.`,
  },
  {
    name: 'VecinoRequestsRefused',
    severity: 'ticket',
    for: '10m',
    expression: ({ duration }) =>
      `${counted(series(METRICS.limitHits, { 'vecino.limit': oneOf('intake', 'queue') }), duration('10m'), [TENANT_LABEL, 'vecino.limit'])} > 0`,
    summary: `Tenant ${TENANT}: its limit ${labelled('vecino.limit')} refuses requests, {{ $value | humanize }} within ten minutes.`,
    description: `Each got a REJECTED with RATE_LIMITED or QUEUE_FULL, and is not tried again by itself. ${showTenant} says what its limits are, ${watch} who asked for what.`,
    runbook: 'limits-saturated.md#requests-are-refused',
    meaning: 'The intake limit or the full queue of a tenant has refused requests for ten minutes.',
  },
];

const publishing: readonly Alert[] = [
  {
    name: 'VecinoStatusBacklog',
    severity: 'page',
    for: '2m',
    expression: () => `${standing(METRICS.unpublished)} > ${UNPUBLISHED_AT_MOST}`,
    summary: `Tenant ${TENANT}: {{ $value }} statuses wait to be published.`,
    description: `At 1,000 its gate starts nothing more (STATUS_BACKLOG). \`./vecino doctor\` says whether Kafka answers, \`/readyz\` of each projector whether that is ready, ${showTenant} how the gate stands.`,
    runbook: 'projector-away.md#the-projector-is-behind',
    meaning: `More than ${UNPUBLISHED_AT_MOST} statuses of a tenant wait in its gate.`,
  },
  {
    name: 'VecinoStatusesLate',
    severity: 'ticket',
    for: '5m',
    expression: ({ duration }) =>
      [
        `${quantile(0.9, METRICS.statusLatency, duration('10m'), {}, [TENANT_LABEL])} > ${STATUS_LATE_SECONDS}`,
        `and ${counted(observations(METRICS.statusLatency, 'count'), duration('10m'), [TENANT_LABEL])} >= ${STATUSES_AT_LEAST}`,
      ].join('\n'),
    summary: `Tenant ${TENANT}: one status in ten is published {{ $value | humanizeDuration }} after its change, or later.`,
    description: `Whoever follows the tenant’s topic sees the past. \`./vecino doctor\` says whether Kafka answers; more projectors may run side by side.`,
    runbook: 'projector-away.md#the-projector-is-behind',
    meaning: `One status in ten of a tenant comes later than ${STATUS_LATE_SECONDS} s, of at least ${STATUSES_AT_LEAST} within ten minutes.`,
  },
  {
    name: 'VecinoGateSilent',
    severity: 'page',
    for: '2m',
    expression: () => `${standing(METRICS.gateSilent)} > 0`,
    summary: `Tenant ${TENANT}: its gate does not answer, so nothing of it starts.`,
    description: `No worker serves the tenant, or its gate’s code fails. ${showTenant} says so where nobody polls its task queue; where somebody does, look at the gate’s pending workflow task.`,
    runbook: 'workers-away.md#a-gate-does-not-answer',
    meaning: 'A tenant’s open gate does not answer within 5 s: nobody serves it.',
  },
];

/** What one tenant has, by its name. */
export const TENANT_GROUP: RuleGroup = {
  name: 'vecino-tenants',
  alerts: [...deployments, ...limits, ...publishing],
};
