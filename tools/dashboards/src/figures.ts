import { METRICS } from '@vecino/telemetry';
import { counted, series, standing } from '@vecino/telemetry/promql';
import { orZero, SHOWN, sinceLook } from './expressions.js';
import { mustBeZero, type StatPanel, worseFrom } from './panel.js';
import { about, RUN } from './proof/proving-run.js';

/** One number, and from when on it is bad. */
type Figure = Pick<StatPanel, 'unit' | 'thresholds' | 'query'>;

// What the overview shows, and the page that it leads to again.

export const LAST_LOOK: Figure = {
  unit: 's',
  thresholds: worseFrom(45, 120),
  query: { legend: 'ago', expr: sinceLook, right: { all: [0.05, 45] } },
};

export const SILENT_GATES: Figure = {
  unit: 'short',
  thresholds: mustBeZero,
  query: {
    legend: 'gates',
    expr: orZero(`sum(${standing(METRICS.gateSilent)})`),
    right: { all: [1, 1] },
  },
};

export const STUCK_DEPLOYMENTS: Figure = {
  unit: 'short',
  thresholds: mustBeZero,
  query: {
    legend: 'deployments',
    expr: orZero(`sum(${standing(METRICS.deploymentsStuck)})`),
    right: { all: [0, 0] },
  },
};

export const DEAD_LETTERS: Figure = {
  unit: 'short',
  thresholds: worseFrom(1, 100),
  query: {
    legend: 'records',
    expr: orZero(counted(series(METRICS.deadLetters), SHOWN)),
    right: { all: about(RUN.eventful.deadLetters + RUN.unknownTenant) },
  },
};
