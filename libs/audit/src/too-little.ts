import { verdictOf } from './audit.js';
import { openCase } from './case-file.js';
import type { Evidence } from './evidence/evidence.js';
import { askedForTooLittle } from './invariants/progress-made.js';
import { type InvariantId, INVARIANTS } from './violation.js';

/** What a run must have done for its silence to mean anything. */
export interface Bar {
  /** Deployments asked for on the topic. */
  readonly accepted: number;
  /** … of each of the tenants. */
  readonly acceptedPerTenant?: number;
  /** Deployments that upgraded a router. */
  readonly upgraded?: number;
  /** Disturbances that had an effect; those that had none are told of in any case. */
  readonly effective?: number;
  /** Invariants that the run is not about. */
  readonly without?: readonly InvariantId[];
}

/** What was too little for the run to show anything: one sentence each. A run of which any is said has failed. Pure. */
export function tooLittle(evidence: Evidence, bar: Bar): readonly string[] {
  const file = openCase(evidence);
  const deployments = [...file.deployments.values()];
  const upgraded = deployments.filter(({ terminals: [end] }) => end?.status.reason?.code === 'UPGRADED');
  const effective = evidence.disturbances.filter((one) => one.effective);
  const { acceptedPerTenant = 0, without = [] } = bar;
  return [
    ...atLeast(bar.accepted, deployments.length, 'requests were accepted'),
    ...evidence.tenants.flatMap(({ tenantId }) => {
      const own = deployments.filter((deployment) => deployment.tenantId === tenantId);
      return atLeast(acceptedPerTenant, own.length, `requests of ${tenantId} were accepted`);
    }),
    ...atLeast(bar.upgraded ?? 0, upgraded.length, 'routers were upgraded'),
    ...atLeast(bar.effective ?? 0, effective.length, 'faults had an effect'),
    ...evidence.disturbances.filter((one) => !one.effective).map(({ what }) => `${what} had no effect`),
    ...askedForTooLittle(file),
    ...INVARIANTS.filter((invariant) => !without.includes(invariant))
      .filter((invariant) => verdictOf(invariant, file).judged === 0)
      .map((invariant) => `nothing was there to judge ${invariant} by`),
  ];
}

const atLeast = (wanted: number, found: number, what: string): string[] =>
  found >= wanted ? [] : [`only ${found} ${what}, not ${wanted}`];
