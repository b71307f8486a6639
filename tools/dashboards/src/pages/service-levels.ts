import { OBJECTIVES } from '@vecino/alerts';
import {
  allowedToMiss,
  budgetLeft,
  burnRate,
  BURNS,
  goodShare,
  judgedWithin,
  MINIMUM_EVENTS,
  type Objective,
  OBJECTIVE_PERIOD,
  type ObjectiveName,
} from '@vecino/telemetry/slo';
import { OF_TENANT } from '../expressions.js';
import { TEMPORAL_NAMESPACE, TEMPORAL_UI, tracesOfAll, UIDS, workflowsOfAll } from '../links.js';
import type { Page, Row } from '../page.js';
import { atLeast, type Panel, type Thresholds, worseFrom } from '../panel.js';
import type { Bounds } from '../proof/right.js';
import { about, EVENTFUL, LARGE, RUN, STARTED_IN_TIME } from '../proof/proving-run.js';

const days = OBJECTIVE_PERIOD.replace('d', ' days');
/** How long what may fail in the period lasts when it burns that fast. */
const lasting = (rate: number): string => `${Math.ceil((parseInt(OBJECTIVE_PERIOD, 10) * 24) / rate)} hours`;
const percent = (share: number): string => `${Number((share * 100).toFixed(4))} %`;
const burning: Thresholds = worseFrom(BURNS.slow.rate, BURNS.fast.rate);
const left: Thresholds = {
  below: 'red',
  from: [
    [0, 'orange'],
    [0.25, 'green'],
  ],
};

/** Three of four succeed for the eventful tenant. */
const burnt = 0.25 / allowedToMiss(OBJECTIVES.success);
const FAILED: Readonly<Record<'share' | 'burn' | 'left', Bounds>> = {
  share: [0.74, 0.76],
  burn: [burnt * 0.95, burnt * 1.05],
  left: [1 - burnt * 1.05, 1 - burnt * 0.95],
};

/** What the proving run must show of each objective. */
const SEEN = {
  success: {
    events: about(RUN.large.first + RUN.large.later),
    share: [
      { labels: LARGE, peak: [1, 1] },
      { labels: EVENTFUL, peak: FAILED.share },
    ],
    burn: [
      { labels: LARGE, peak: [0, 0] },
      { labels: EVENTFUL, peak: FAILED.burn },
    ],
    left: [
      { labels: LARGE, peak: [1, 1] },
      { labels: EVENTFUL, peak: FAILED.left },
    ],
    worst: FAILED.share,
  },
  startInTime: {
    events: about(RUN.large.cap + RUN.large.later),
    share: [{ labels: LARGE }, { labels: EVENTFUL }],
    burn: [{ labels: LARGE }, { labels: EVENTFUL }],
    left: [{ labels: LARGE }, { labels: EVENTFUL }],
    worst: [0, 1],
  },
} as const;

/** How fast the machine is decides how many start in time: what is shown must then be what was counted. */
const SAME = {
  success: {},
  startInTime: {
    share: STARTED_IN_TIME,
    burn: `(1 - ${STARTED_IN_TIME}) / ${allowedToMiss(OBJECTIVES.startInTime)}`,
    left: `1 - (1 - ${STARTED_IN_TIME}) / ${allowedToMiss(OBJECTIVES.startInTime)}`,
    worst: `min(${STARTED_IN_TIME})`,
  },
} as const satisfies Record<ObjectiveName, object>;

const sameAs = (
  name: ObjectiveName,
  what: 'share' | 'burn' | 'left' | 'worst',
): { readonly same?: string } => {
  const same: Partial<Record<typeof what, string>> = SAME[name];
  return same[what] === undefined ? {} : { same: same[what] };
};

function table(objective: Objective): Panel {
  const { name, target } = objective;
  const seen = SEEN[name];
  const inPeriod = judgedWithin(objective, OBJECTIVE_PERIOD);
  return {
    kind: 'table',
    title: `By tenant, over ${days}`,
    description: `\`left\` is what remains of the ${percent(allowedToMiss(objective))} that may fail: below 0 the objective is missed. Fewer than ${MINIMUM_EVENTS} events say little.`,
    width: 12,
    rows: { vecino_tenant_id: 'tenant' },
    sortBy: 'burn, 1 h',
    columns: [
      {
        legend: 'events',
        expr: inPeriod.events,
        unit: 'short',
        right: { all: [0, 50], has: [{ labels: LARGE, peak: seen.events }] },
      },
      {
        legend: 'good',
        expr: goodShare(inPeriod),
        unit: 'percentunit',
        thresholds: atLeast(target),
        right: { all: [0, 1], has: seen.share, ...sameAs(name, 'share') },
      },
      {
        legend: 'left',
        expr: budgetLeft(objective, inPeriod),
        unit: 'percentunit',
        thresholds: left,
        right: { all: [-100, 1], has: seen.left, ...sameAs(name, 'left') },
      },
      {
        legend: 'burn, 1 h',
        expr: burnRate(objective, judgedWithin(objective, BURNS.fast.long)),
        unit: 'none',
        thresholds: burning,
        right: { all: [0, 101], has: seen.burn, ...sameAs(name, 'burn') },
      },
      {
        legend: 'burn, 6 h',
        expr: burnRate(objective, judgedWithin(objective, BURNS.slow.long)),
        unit: 'none',
        thresholds: burning,
        right: { all: [0, 101], has: seen.burn, ...sameAs(name, 'burn') },
      },
    ],
  };
}

const row = (objective: Objective): Row => ({
  title: `${objective.title}: ${percent(objective.target)}`,
  panels: [
    {
      kind: 'stat',
      title: 'Worst tenant',
      description: `${objective.meaning} The tenant with the smallest share over ${days}; click it in the table.`,
      width: 4,
      height: 8,
      unit: 'percentunit',
      thresholds: atLeast(objective.target),
      query: {
        legend: 'good',
        expr: `min(${goodShare(judgedWithin(objective, OBJECTIVE_PERIOD))} >= 0)`,
        right: { all: SEEN[objective.name].worst, ...sameAs(objective.name, 'worst') },
      },
    },
    table(objective),
    {
      kind: 'chart',
      title: 'Burn over 1 h',
      description: `How many times faster than allowed the ten worst tenants use up what may fail. At ${BURNS.fast.rate} all of it is gone within ${lasting(BURNS.fast.rate)}: act now. At ${BURNS.slow.rate} within ${lasting(BURNS.slow.rate)}: act today. At 1 it lasts exactly ${days}.`,
      width: 8,
      style: 'lines',
      unit: 'none',
      thresholds: burning,
      queries: [
        {
          legend: OF_TENANT,
          expr: `topk(10, ${burnRate(objective, judgedWithin(objective, BURNS.fast.long))})`,
          right: { all: [0, 101], has: SEEN[objective.name].burn.map(({ labels }) => ({ labels })) },
        },
      ],
    },
  ],
});

export const SERVICE_LEVELS: Page = {
  uid: UIDS.slo,
  title: 'Vecino · Service levels',
  question: 'Does every tenant get what it was promised, and if not, how fast does it get worse?',
  variables: [TEMPORAL_UI, TEMPORAL_NAMESPACE],
  links: [tracesOfAll, workflowsOfAll],
  rows: Object.values<Objective>(OBJECTIVES).map(row),
};
