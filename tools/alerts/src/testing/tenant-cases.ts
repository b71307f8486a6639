import type { PhaseState } from '@vecino/foundation';
import { METRICS } from '@vecino/telemetry';
import {
  ACME,
  type AlertCase,
  BETA,
  growing,
  OF_ACME,
  OF_OTHERS,
  OTHERS,
  sampled,
  type Series,
  steady,
} from './alert-case.js';

const { deploymentsStuck, lastStatus, deploymentsActive, quarantined, unpublished, gateSilent } = METRICS;
const { slotsUsed, slotLimit, slotsSaturated, queueFill, limitHits, statusLatency } = METRICS;

/** Of two projectors, which tell the same. */
const both = (text: (more: { more: Record<string, string> }) => string, values: string): Series => ({
  [text({ more: { instance: 'a' } })]: values,
  [text({ more: { instance: 'b' } })]: values,
});

const active = (tenant: { readonly 'vecino.tenant.id': string }, state: PhaseState = 'WAIT_UP'): string =>
  sampled(deploymentsActive, { ...tenant, 'vecino.deployment.state': state });

/** All statuses within a second bound, so many each 30 s. */
function publishedWithin(bound: 1 | 30, by: number): Series {
  const of = (suffix: string, more = {}) => sampled(statusLatency, ACME, { suffix, more });
  const bounds = [1, 5, 10, 30].map((le) => [
    of('_bucket', { le: String(le) }),
    growing(le >= bound ? by : 0),
  ]);
  return {
    ...(Object.fromEntries(bounds) as Series),
    [of('_bucket', { le: '+Inf' })]: growing(by),
    [of('_count')]: growing(by),
  };
}

export const TENANT_CASES: readonly AlertCase[] = [
  {
    alert: 'VecinoDeploymentStuck',
    title: 'two are stuck, as two projectors say',
    series: {
      ...both((more) => sampled(deploymentsStuck, ACME, more), steady(2)),
      [sampled(deploymentsStuck, BETA)]: steady(0),
    },
    at: '5m',
    since: '0s',
    fires: [OF_ACME],
  },
  {
    alert: 'VecinoDeploymentStuck',
    title: 'none is',
    series: { [sampled(deploymentsStuck, ACME)]: steady(0) },
    at: '5m',
    fires: [],
  },
  {
    alert: 'VecinoStatusesStand',
    title: 'none for more than an hour, and one is active',
    series: { [sampled(lastStatus, ACME)]: steady(0), [active(ACME)]: steady(1) },
    at: '70m',
    since: '60m',
    fires: [OF_ACME],
  },
  {
    alert: 'VecinoStatusesStand',
    title: 'none for more than an hour, and the projector that was started since knows of none',
    series: {
      [sampled(lastStatus, ACME, { more: { instance: 'a' } })]: '0x40',
      [active(ACME, 'STAGING')]: '1x100',
      [active(ACME, 'WAIT_UP')]: '_x101 1x100',
    },
    at: '70m',
    fires: [OF_ACME],
  },
  {
    alert: 'VecinoStatusesStand',
    title: 'none that any projector ever knew of',
    series: { [active(ACME)]: steady(1) },
    at: '70m',
    since: '60m',
    fires: [OF_ACME],
  },
  {
    alert: 'VecinoStatusesStand',
    title: 'the last half an hour ago, as a projector told that is gone since',
    series: {
      [sampled(lastStatus, ACME, { more: { instance: 'a' } })]: '_x80 2400x10',
      [active(ACME)]: steady(1),
    },
    at: '70m',
    fires: [],
  },
  {
    alert: 'VecinoStatusesStand',
    title: 'none for more than an hour, and nothing is active',
    series: {
      [sampled(lastStatus, ACME)]: steady(0),
      [sampled(lastStatus, BETA)]: growing(30),
      [active(BETA)]: steady(1),
    },
    at: '70m',
    fires: [],
  },
  {
    alert: 'VecinoStatusesStand',
    title: 'none for more than an hour, in which nothing was active until a moment ago',
    series: { [sampled(lastStatus, ACME)]: steady(0), [active(ACME)]: '_x125 1x100' },
    at: '70m',
    fires: [],
  },
  {
    alert: 'VecinoStatusesStand',
    title: 'they come, from the other projector',
    series: {
      [sampled(lastStatus, ACME, { more: { instance: 'a' } })]: steady(0),
      [sampled(lastStatus, ACME, { more: { instance: 'b' } })]: growing(30),
      [active(ACME)]: steady(1),
    },
    at: '70m',
    fires: [],
  },
  {
    alert: 'VecinoRouterQuarantined',
    title: 'one for twenty minutes',
    series: { [sampled(quarantined, ACME)]: steady(1) },
    at: '20m',
    since: '0s',
    fires: [OF_ACME],
  },
  {
    alert: 'VecinoRouterQuarantined',
    title: 'one that answered after ten minutes',
    series: { [sampled(quarantined, ACME)]: '1x20 0x100' },
    at: '20m',
    fires: [],
  },

  {
    alert: 'VecinoSlotsSaturated',
    title: 'ten slots, and none is free while requests wait, as two projectors say',
    series: both((more) => sampled(slotsSaturated, ACME, more), steady(10)),
    at: '35m',
    since: '0s',
    fires: [OF_ACME],
  },
  {
    alert: 'VecinoSlotsSaturated',
    title: 'all of one of the others, while together they have room',
    series: {
      [sampled(slotsUsed, OTHERS)]: steady(12),
      [sampled(slotLimit, OTHERS)]: steady(40),
      [sampled(slotsSaturated, OTHERS)]: steady(10),
    },
    at: '35m',
    fires: [OF_OTHERS],
  },
  {
    alert: 'VecinoSlotsSaturated',
    title: 'all in use, and nobody waits',
    series: {
      [sampled(slotsUsed, ACME)]: steady(10),
      [sampled(slotLimit, ACME)]: steady(10),
      [sampled(slotsSaturated, ACME)]: steady(0),
    },
    at: '35m',
    fires: [],
  },
  {
    alert: 'VecinoQueueNearlyFull',
    title: 'nine tenths',
    series: { [sampled(queueFill, ACME)]: steady(0.9) },
    at: '8m',
    since: '0s',
    fires: [OF_ACME],
  },
  {
    alert: 'VecinoQueueNearlyFull',
    title: 'the fullest of the others, nine tenths',
    series: { [sampled(queueFill, OTHERS)]: steady(0.9), [sampled(queueFill, ACME)]: steady(0.1) },
    at: '8m',
    fires: [OF_OTHERS],
  },
  {
    alert: 'VecinoQueueNearlyFull',
    title: 'seven tenths, as two projectors say, who are not added up',
    series: both((more) => sampled(queueFill, ACME, more), steady(0.7)),
    at: '8m',
    fires: [],
  },
  {
    alert: 'VecinoRequestsRefused',
    title: 'the intake limit, again and again',
    series: { [sampled(limitHits, { ...ACME, 'vecino.limit': 'intake' })]: growing(2) },
    at: '15m',
    since: '30s',
    fires: [{ ...OF_ACME, vecino_limit: 'intake' }],
  },
  {
    alert: 'VecinoRequestsRefused',
    title: 'the cap made them wait, which refuses nobody',
    series: { [sampled(limitHits, { ...ACME, 'vecino.limit': 'concurrency' })]: growing(2) },
    at: '15m',
    fires: [],
  },
  {
    alert: 'VecinoRequestsRefused',
    title: 'once',
    series: { [sampled(limitHits, { ...ACME, 'vecino.limit': 'queue' })]: '0x4 9x100' },
    at: '15m',
    fires: [],
    guard: true,
  },

  {
    alert: 'VecinoStatusBacklog',
    title: '600 wait',
    series: both((more) => sampled(unpublished, ACME, more), steady(600)),
    at: '5m',
    since: '0s',
    fires: [OF_ACME],
  },
  {
    alert: 'VecinoStatusBacklog',
    title: '300 wait, as two projectors say',
    series: both((more) => sampled(unpublished, ACME, more), steady(300)),
    at: '5m',
    fires: [],
  },
  {
    alert: 'VecinoStatusBacklog',
    title: '600 of one of the others',
    series: { [sampled(unpublished, OTHERS)]: steady(600), [sampled(unpublished, ACME)]: steady(300) },
    at: '5m',
    fires: [OF_OTHERS],
  },
  {
    alert: 'VecinoStatusesLate',
    title: 'all after ten seconds',
    series: publishedWithin(30, 2),
    at: '20m',
    since: '5m',
    fires: [OF_ACME],
  },
  {
    alert: 'VecinoStatusesLate',
    title: 'all within a second',
    series: publishedWithin(1, 2),
    at: '20m',
    fires: [],
  },
  {
    alert: 'VecinoStatusesLate',
    title: 'all after ten seconds, of ten in ten minutes',
    series: publishedWithin(30, 0.5),
    at: '20m',
    fires: [],
    guard: true,
  },
  {
    alert: 'VecinoGateSilent',
    title: 'one tenant’s',
    series: { [sampled(gateSilent, ACME)]: steady(1), [sampled(gateSilent, BETA)]: steady(0) },
    at: '5m',
    since: '0s',
    fires: [OF_ACME],
  },
  {
    alert: 'VecinoGateSilent',
    title: 'for a minute',
    series: { [sampled(gateSilent, ACME)]: '1x2 0x100' },
    at: '5m',
    fires: [],
  },
];
