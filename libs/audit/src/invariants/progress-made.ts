import { groupBy } from '@vecino/foundation';
import type { CaseFile, Deployment } from '../case-file.js';
import type { Disturbance, TenantTerms } from '../evidence/circumstances.js';
import { overlapWith, type Stretch, union } from '../stretches.js';
import type { Finding, Judge } from '../violation.js';

/** A deployment that has ended, and when it was asked for. */
interface Answered {
  readonly deployment: Deployment;
  readonly from: number;
  readonly to: number;
}

/**
 * I13: whatever breaks, tenants whose path does not need it go on: as many of their requests as must end meanwhile, and each within the
 * time that its tenant was promised. Time counts only while nothing is broken that the tenant needs, and for as long after it as
 * the backlog may take to drain. What never ended is I1's matter; who asked for less than had to end shows nothing.
 */
export const progressMade: Judge = (file) => {
  const { tenants, disturbances } = file.evidence;
  const byTenant = groupBy(answersOf(file), ({ deployment }) => deployment.tenantId);
  const findings = tenants.flatMap((terms) => {
    const own = byTenant.get(terms.tenantId) ?? [];
    return [
      ...late(terms, own, file),
      ...disturbances.flatMap((disturbance) => stoodStill(terms, own, disturbance, disturbances)),
    ];
  });
  const judged = disturbances.length === 0 ? 0 : [...byTenant.values()].flat().length;
  return { findings, judged };
};

function answersOf({ evidence, deployments }: CaseFile): Answered[] {
  const sentAt = new Map(evidence.ledger.map(({ digest, sentAt: at }) => [digest, at]));
  return [...deployments.values()].flatMap((deployment): Answered[] => {
    const { asked, terminals } = deployment;
    const [end] = terminals;
    const from = sentAt.get(asked.digest) ?? asked.timestamp;
    return end === undefined ? [] : [{ deployment, from, to: end.timestamp }];
  });
}

/** When something was broken that the tenant needs, and until its backlog was to be drained. */
const brokenFor = (tenantId: string, disturbances: readonly Disturbance[]): readonly Stretch[] =>
  union(
    disturbances
      .filter(({ concerns }) => concerns.includes(tenantId))
      .map(({ from, to, drainMs }) => ({ from, to: to + drainMs })),
  );

function late(
  { tenantId, promptMs }: TenantTerms,
  answered: readonly Answered[],
  { evidence }: CaseFile,
): Finding[] {
  if (promptMs === undefined) return [];
  const broken = brokenFor(tenantId, evidence.disturbances);
  return answered.flatMap((one) => {
    const took = one.to - one.from - overlapWith(broken, one);
    if (took <= promptMs + evidence.clocksApartMs) return [];
    const meanwhile = evidence.disturbances.filter(({ from, to }) => from <= one.to && one.from <= to);
    const during =
      meanwhile.length === 0 ? '' : `, during ${meanwhile.map(({ what }) => what).join(' and ')}`;
    const text = `ended ${took} ms after it was asked for, not counting what its tenant had to wait for${during}`;
    const { name, asked, terminals } = one.deployment;
    return [{ subject: name, text, records: [asked, ...terminals.slice(0, 1), ...meanwhile] }];
  });
}

function stoodStill(
  terms: TenantTerms,
  answered: readonly Answered[],
  disturbance: Disturbance,
  disturbances: readonly Disturbance[],
): Finding[] {
  const { what, from, to, leastProgress } = disturbance;
  if (!mustGoOn(terms, disturbance, disturbances)) return [];
  const open = answered.filter((one) => one.from <= to && from <= one.to);
  const ended = open.filter((one) => one.to <= to);
  if (open.length < leastProgress || ended.length >= leastProgress) return [];
  const records = open.slice(0, leastProgress).map(({ deployment }) => deployment.asked);
  const text = `${ended.length} of its requests ended during ${what}, at least ${leastProgress} had to`;
  return [{ subject: terms.tenantId, text, records: [disturbance, ...records] }];
}

/** Whether it was promised something, and nothing that it needs was broken. */
const mustGoOn = (
  { tenantId, promptMs }: TenantTerms,
  { from, to }: Disturbance,
  disturbances: readonly Disturbance[],
): boolean =>
  promptMs !== undefined &&
  overlapWith(brokenFor(tenantId, disturbances), { from: from - 1, to: to + 1 }) === 0;

/** Tenants that had to go on, and asked for too little to do so. */
export function askedForTooLittle(file: CaseFile): string[] {
  const { tenants, disturbances } = file.evidence;
  const byTenant = groupBy(answersOf(file), ({ deployment }) => deployment.tenantId);
  return tenants.flatMap((terms) =>
    disturbances.flatMap((disturbance) => {
      const { what, from, to, leastProgress } = disturbance;
      if (!mustGoOn(terms, disturbance, disturbances)) return [];
      const own = byTenant.get(terms.tenantId) ?? [];
      const open = own.filter((one) => one.from <= to && from <= one.to).length;
      return open >= leastProgress
        ? []
        : [`${terms.tenantId} asked for only ${open} during ${what}, where ${leastProgress} had to end`];
    }),
  );
}
