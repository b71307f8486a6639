import { inOrderPerRouter, nothingUnasked, rebootsOnce, repeatsAgree, type Violations } from '../judge.js';
import { type NetworkDeploymentStatus } from '@vecino/contracts';
import { changedInItsTurn, changesWithinCap, startsWithinCap } from './concurrency-judge.js';
import { admittedByGrant, intakeHeld } from './intake-judge.js';
import { ranOnce } from './outcome-judge.js';
import { type Patience, tenantsGoOn } from './progress-judge.js';
import { SOAK_TENANTS } from './soak-plan.js';
import { type SoakEvidence, type TenantFigures } from './soak-report.js';
import { tenantOfRouter } from './tenant-plan.js';
import { onlyViolated } from './violations.js';

/** A window without Redis, a session of Kafka or a heartbeat, and the work itself, on a machine that is busy. */
const PATIENCE: Patience = { unconcernedMs: 45_000, concernedMs: 180_000 };

/** Everything that must hold over a soak; the first violations of each invariant that does not. */
export function judgeSoak(
  evidence: SoakEvidence,
  statuses: readonly NetworkDeploymentStatus[],
): Readonly<Record<string, Violations>> {
  const { run, sent, answers, outcomes, executions, log, grants, windowMs } = evidence;
  const { ended } = outcomes;
  const routers = new Map(
    sent.map(({ tenantId, deploymentId, routerId }) => [`${tenantId}/${deploymentId}`, routerId]),
  );
  const quiet = SOAK_TENANTS.filter(({ manner }) => manner === 'quiet').map(({ id }) => id);
  const admitted = new Map(
    SOAK_TENANTS.map(({ id }) => [
      id,
      ended.filter(({ tenantId, expected }) => tenantId === id && expected.code !== 'RATE_LIMITED').length,
    ]),
  );
  return onlyViolated({
    outcomes: outcomes.violations,
    repeatsAgree: repeatsAgree(statuses),
    nothingUnasked: nothingUnasked(ended, statuses, executions, log),
    ranOnce: ranOnce(executions),
    rebootsOnce: rebootsOnce(ended, log),
    inOrderPerRouter: inOrderPerRouter(ended, executions),
    changedInItsTurn: changedInItsTurn(log, executions, ({ tenantId, deploymentId }) =>
      routers.get(`${tenantId}/${deploymentId}`),
    ),
    startsWithinCap: startsWithinCap(executions, (id) => run.limitOf('cap', id)),
    changesWithinCap: changesWithinCap(log, tenantOfRouter, (id) => run.limitOf('cap', id)),
    intakeHeld: intakeHeld(grants, (id) => run.limitOf('intake', id), windowMs),
    admittedByGrant: admittedByGrant(admitted, grants),
    tenantsGoOn: tenantsGoOn(run.disturbances, quiet, answers, PATIENCE),
  });
}

/** What was too little for the run to show anything. */
export const tooLittle = (figures: readonly TenantFigures[]): Violations =>
  figures.flatMap((row) => {
    const { tenant, upgraded, cap, most_running, rate_limited, queue_full } = row;
    const flooded = SOAK_TENANTS.some(({ id, manner }) => id === tenant && manner === 'flood');
    return [
      ...(upgraded < 5 ? [`${tenant}: only ${upgraded} upgrades`] : []),
      ...(flooded && most_running < cap ? [`${tenant}: ${most_running} ran at once, its cap is ${cap}`] : []),
      ...(flooded && rate_limited + queue_full === 0 ? [`${tenant}: nothing was too much`] : []),
    ];
  });
