import { DEPLOYMENT_METRICS } from '../metrics/deployment-metrics.js';
import { prometheusLabel } from '../metrics/prometheus-name.js';
import { counted, type Window } from '../promql/aggregate.js';
import { buckets, chosen, type Match, noneOf, observations, oneOf, series } from '../promql/selector.js';
import type { Objective } from './objectives.js';

const TENANT = 'vecino.tenant.id';
const { deploymentsEnded, queueWait } = DEPLOYMENT_METRICS;

/** What an objective judges of each tenant within a window, in PromQL. A tenant without any event is absent, or has none. */
export interface Judged {
  /** Deployments, or requests. */
  readonly events: string;
  /** Those of them that miss the objective; none is 0. */
  readonly missed: string;
}

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

function countersOf(objective: Objective, whose: Whose): Counters {
  const tenant = tenantIs(whose);
  switch (objective.name) {
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
        good: buckets(queueWait, unheld, objective.withinSeconds),
        all: observations(queueWait, 'count', unheld),
      };
    }
  }
}

/** As the counters say that services export. */
export function judgedWithin(objective: Objective, window: Window, whose: Whose = {}): Judged {
  const { good, all } = countersOf(objective, whose);
  const events = counted(all, window, [TENANT]);
  // Where there are events and none is good, nothing has counted a good one.
  return { events, missed: missedOf(events, `(${counted(good, window, [TENANT])} or 0 * ${events})`) };
}

/** Growth is extrapolated: there may seem to be a little more good ones than all. */
const missedOf = (events: string, good: string): string =>
  `clamp_min(${events} - on (${prometheusLabel(TENANT)}) ${good}, 0)`;
