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
 * the backlog may take to drain. What never ended is I1's matter.
 */
export const progressMade: Judge = (file) => {
  const { tenants, disturbances, ledger } = file.evidence;
  const sentAt = new Map(ledger.map(({ digest, sentAt: at }) => [digest, at]));
  const answered = [...file.deployments.values()].flatMap((deployment): Answered[] => {
    const { asked, terminals } = deployment;
    const [end] = terminals;
    const from = sentAt.get(asked.digest) ?? asked.timestamp;
    return end === undefined ? [] : [{ deployment, from, to: end.timestamp }];
  });
  const byTenant = groupBy(answered, ({ deployment }) => deployment.tenantId);
  const findings = tenants.flatMap((terms) => {
    const own = byTenant.get(terms.tenantId) ?? [];
    const broken = brokenFor(terms.tenantId, disturbances);
    return [
      ...late(terms, own, broken, file),
      ...disturbances.flatMap((one) => stoodStill(terms, own, broken, one)),
    ];
  });
  return { findings, judged: disturbances.length === 0 ? 0 : answered.length };
};

/** When something was broken that the tenant needs, and until its backlog was to be drained. */
const brokenFor = (tenantId: string, disturbances: readonly Disturbance[]): readonly Stretch[] =>
  union(
    disturbances
      .filter(({ concerns }) => concerns.includes(tenantId))
      .map(({ from, to, drainMs }) => ({ from, to: to + drainMs })),
  );

function late(
  { promptMs }: TenantTerms,
  answered: readonly Answered[],
  broken: readonly Stretch[],
  { evidence }: CaseFile,
): Finding[] {
  if (promptMs === undefined) return [];
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

/** Only where the tenant had as much open as must end: what nobody asks for cannot, nor what waits for something else that it needs. */
function stoodStill(
  { tenantId, promptMs }: TenantTerms,
  answered: readonly Answered[],
  broken: readonly Stretch[],
  disturbance: Disturbance,
): Finding[] {
  const { what, from, to, concerns, leastProgress } = disturbance;
  if (promptMs === undefined || concerns.includes(tenantId)) return [];
  const waitedUntilThen = (one: Answered) => to - one.from - overlapWith(broken, { from: one.from, to });
  const open = answered.filter((one) => one.to >= from && waitedUntilThen(one) >= promptMs);
  const ended = answered.filter((one) => from <= one.to && one.to <= to);
  if (ended.length >= Math.min(leastProgress, open.length)) return [];
  const records = open.slice(0, leastProgress).map(({ deployment }) => deployment.asked);
  const text = `${ended.length} of its requests ended during ${what}, at least ${leastProgress} had to`;
  return [{ subject: tenantId, text, records: [disturbance, ...records] }];
}
