import { type NetworkDeploymentStatus } from '@vecino/contracts';
import { type LogRecord } from '@vecino/router-simulator';
import {
  capHeld,
  type Execution,
  inOrderPerRouter,
  nothingUnasked,
  rebootsOnce,
  repeatsAgree,
  type Violations,
} from '../judge.js';
import { outcomesOf, ranOnce, type SentRequest } from './outcome-judge.js';
import { onlyViolated } from './violations.js';

/** What is known of a tenant that moved, from every place in which it was. */
export interface MovesEvidence {
  /** In the order of their partitions. */
  readonly sent: readonly SentRequest[];
  readonly statuses: readonly NetworkDeploymentStatus[];
  readonly executions: readonly Execution[];
  readonly log: readonly LogRecord[];
  readonly cap: number;
}

/** Nothing lost, nothing twice, nothing out of order on its router, and never more at once than the cap, over all homes together. */
export function judgeMoves({
  sent,
  statuses,
  executions,
  log,
  cap,
}: MovesEvidence): Readonly<Record<string, Violations>> {
  const { ended, violations } = outcomesOf(sent, statuses);
  return onlyViolated({
    outcomes: violations,
    repeatsAgree: repeatsAgree(statuses),
    ranOnce: ranOnce(executions),
    nothingUnasked: nothingUnasked(ended, statuses, executions, log),
    rebootsOnce: rebootsOnce(ended, log),
    inOrderPerRouter: inOrderPerRouter(ended, executions),
    capHeld: capHeld(executions, () => cap),
  });
}
