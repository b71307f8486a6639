import type { Judged } from './judged.js';
import { allowedToMiss, type Objective } from './objectives.js';

/** The share of each tenant's events that misses the objective, 0 to 1; a tenant without events is absent or NaN. */
export const missedShare = ({ events, missed }: Judged): string => `${missed} / ${events}`;

/** The share that is good. */
export const goodShare = (judged: Judged): string => `1 - ${missedShare(judged)}`;

/** How many times faster than it may each tenant uses up the share that may miss the objective. */
export const burnRate = (objective: Objective, judged: Judged): string =>
  `${missedShare(judged)} / ${allowedToMiss(objective)}`;

/** What is left of the share that may miss it: 1 all of it, 0 nothing, below 0 the objective is missed. */
export const budgetLeft = (objective: Objective, judged: Judged): string =>
  `1 - ${burnRate(objective, judged)}`;
