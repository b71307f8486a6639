import { DEPLOYMENT_METRICS } from '../metrics/deployment-metrics.js';
import { counted, type Window } from '../promql/aggregate.js';
import { buckets, chosen, type Match, noneOf, observations, oneOf, series } from '../promql/selector.js';
import { OBJECTIVES, type ObjectiveName, START_WITHIN_SECONDS } from './objectives.js';

const TENANT = 'vecino.tenant.id';
const { deploymentsEnded, queueWait } = DEPLOYMENT_METRICS;

/** Whose; without it everybody's, each tenant for itself. */
export interface Whose {
  /** Name of a dashboard's variable. */
  readonly tenantVariable?: string;
}

const tenantIs = ({ tenantVariable }: Whose): { readonly [TENANT]?: Match<never> } =>
  tenantVariable === undefined ? {} : { [TENANT]: chosen(tenantVariable) };

interface Counters {
  readonly good: string;
  readonly all: string;
}

function countersOf(objective: ObjectiveName, whose: Whose): Counters {
  const tenant = tenantIs(whose);
  switch (objective) {
    case 'success': {
      const neither = noneOf('REJECTED', 'CANCELLED');
      return {
        good: series(deploymentsEnded, { ...tenant, 'vecino.deployment.state': oneOf('SUCCEEDED') }),
        all: series(deploymentsEnded, { ...tenant, 'vecino.deployment.state': neither }),
      };
    }
    case 'startInTime': {
      const unheld = { ...tenant, 'vecino.wait.cause': noneOf('limit') } as const;
      return {
        good: buckets(queueWait, unheld, START_WITHIN_SECONDS),
        all: observations(queueWait, 'count', unheld),
      };
    }
  }
}

/** How many deployments, or requests, of each tenant an objective judges within a window. A tenant without any is absent. */
export const eventsOf = (objective: ObjectiveName, window: Window, whose: Whose = {}): string =>
  counted(countersOf(objective, whose).all, window, [TENANT]);

/** How many of them are good; 0 where there are events and none is. */
export function goodOf(objective: ObjectiveName, window: Window, whose: Whose = {}): string {
  const { good, all } = countersOf(objective, whose);
  return `(${counted(good, window, [TENANT])} or 0 * ${counted(all, window, [TENANT])})`;
}

/** The share of each tenant's events that is good, 0 to 1; a tenant without events is absent or NaN. */
export const goodShare = (objective: ObjectiveName, window: Window, whose: Whose = {}): string =>
  `clamp_max(${goodOf(objective, window, whose)} / ${eventsOf(objective, window, whose)}, 1)`;

const allowedToFail = (objective: ObjectiveName): string =>
  (1 - OBJECTIVES[objective].target).toFixed(6).replace(/0+$/, '');

/** How many times faster than it may each tenant uses up the share that may fail, by what happened within a window. */
export const burnRate = (objective: ObjectiveName, window: Window, whose: Whose = {}): string =>
  `(1 - ${goodShare(objective, window, whose)}) / ${allowedToFail(objective)}`;

/** What is left of the share that may fail within a window: 1 all of it, 0 nothing, below 0 the objective is missed. */
export const budgetLeft = (objective: ObjectiveName, window: Window, whose: Whose = {}): string =>
  `1 - ${burnRate(objective, window, whose)}`;
