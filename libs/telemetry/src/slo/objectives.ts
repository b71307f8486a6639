import type { DELAY_SECONDS } from '../metrics/buckets.js';
import type { Duration } from '../promql/aggregate.js';

/** A bucket of `vecino.queue.wait`, in seconds: what lies between two of them is not counted. */
export type StartBound = (typeof DELAY_SECONDS)[number];

interface Described {
  readonly title: string;
  /** The share that must be good, above 0 and below 1. */
  readonly target: number;
  readonly meaning: string;
}
interface Success extends Described {
  readonly name: 'success';
}
interface StartInTime extends Described {
  readonly name: 'startInTime';
  /** How long a request that no limit holds may wait for its `STARTED`. */
  readonly withinSeconds: StartBound;
}

/** What every tenant is promised. */
export type Objective = Success | StartInTime;
export type ObjectiveName = Objective['name'];
export type Objectives = {
  readonly [Name in ObjectiveName]: Extract<Objective, { readonly name: Name }>;
};

/** The numbers of the promises, which whoever runs a platform sets: `deploy/service-levels.yaml`. */
export interface ServiceLevels {
  /** Shares, above 0 and below 1. */
  readonly success: number;
  readonly startInTime: number;
  readonly startWithinSeconds: StartBound;
}

export const objectivesOf = ({ success, startInTime, startWithinSeconds }: ServiceLevels): Objectives => ({
  success: {
    name: 'success',
    title: 'Deployments succeed',
    target: success,
    meaning: 'Of the deployments that policy did not refuse and nobody cancelled, so many succeed.',
  },
  startInTime: {
    name: 'startInTime',
    title: `Requests start within ${startWithinSeconds} s`,
    target: startInTime,
    meaning: `Of the requests that no limit of their tenant holds, so many are STARTED within ${startWithinSeconds} s.`,
    withinSeconds: startWithinSeconds,
  },
});

/** The share that may miss an objective, without what floating point adds. */
export const allowedToMiss = ({ target }: Objective): number => Number((1 - target).toPrecision(6));

/** Over how long an objective is to hold; Prometheus keeps its data for a day longer in docker-compose.yml. */
export const OBJECTIVE_PERIOD = '30d' satisfies Duration;

/**
 * How fast the share that may fail is used up; 1 uses all of it in exactly the period. A burn is real when it is as fast over
 * the long window and, so that it ends soon after its cause has, over the short one.
 */
export interface Burn {
  readonly rate: number;
  readonly long: Duration;
  readonly short: Duration;
}

/** Of Google’s Site Reliability Workbook, chapter 5, for a period of 30 days. */
export const BURNS = {
  /** 2 % of it in an hour: somebody gets up. */
  fast: { rate: 14.4, long: '1h', short: '5m' },
  /** 5 % of it in six hours: somebody gets up, too. */
  slow: { rate: 6, long: '6h', short: '30m' },
  /** 10 % of it in three days: somebody looks at it on the next working day. */
  creeping: { rate: 1, long: '3d', short: '6h' },
} as const satisfies Record<string, Burn>;

/** Below so many deployments or requests of a tenant within a window, one failure more or less says nothing. */
export const MINIMUM_EVENTS = 10;

/** How many a tenant must have within the long window of a burn, so that a single one that misses the objective is none. */
export const leastEvents = (objective: Objective, rate: number): number =>
  Math.max(MINIMUM_EVENTS, Math.ceil(1 / (rate * allowedToMiss(objective))));
