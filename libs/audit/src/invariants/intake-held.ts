import { groupBy } from '@vecino/foundation';
import type { CaseFile, Deployment } from '../case-file.js';
import { type LiveLimit, mostInForce } from '../evidence/live-limit.js';
import type { Grant } from '../evidence/load-records.js';
import type { Finding, Judge } from '../violation.js';

/**
 * I9: in no window is a tenant granted more than its limit, whoever granted it, and nobody gets in without a grant. Grants are judged,
 * not windows: when a limit is lowered, what was granted before may be more, and then nothing is granted. Where the clocks of those
 * who grant may differ, the window is shorter by as much. One that was granted twice, as after a redelivery, counts
 * twice in its window only.
 */
export const intakeHeld: Judge = (file) => {
  const { tenants, grants, windowMs, clocksApartMs } = file.evidence;
  const granted = groupBy(
    grants.filter((grant) => grant.granted > 0),
    ({ tenantId }) => tenantId,
  );
  return {
    findings: [
      ...tenants.flatMap(({ tenantId, intake }) =>
        tooMuch(tenantId, intake, windowsOf(granted.get(tenantId) ?? [], windowMs - clocksApartMs), windowMs),
      ),
      ...withoutGrant(file, granted),
    ],
    judged: grants.length,
  };
};

/** Of windows that overlap the first. */
function tooMuch(
  tenantId: string,
  intake: LiveLimit,
  windows: readonly Window[],
  windowMs: number,
): Finding[] {
  let toldUntil = -Infinity;
  return windows.flatMap(({ at, sum, within }) => {
    const limit = mostInForce(intake, at);
    if (sum <= limit || at < toldUntil) return [];
    toldUntil = at + windowMs;
    const text = `was granted ${sum} in the ${windowMs} ms up to ${new Date(at).toISOString()}, its limit is ${limit}`;
    return [{ subject: tenantId, text, records: within() }];
  });
}

interface Window {
  readonly at: number;
  readonly sum: number;
  within(): readonly Grant[];
}

/** The windows that end with a grant. A grant of a moment is over a window later: so `at - windowMs` lies outside. */
function windowsOf(grants: readonly Grant[], windowMs: number): Window[] {
  const inOrder = grants.toSorted((a, b) => a.at - b.at);
  let first = 0;
  let sum = 0;
  return inOrder.map(({ at, granted }, last) => {
    sum += granted;
    for (let oldest = inOrder[first]; oldest && oldest.at <= at - windowMs; oldest = inOrder[first]) {
      sum -= oldest.granted;
      first += 1;
    }
    const from = first;
    return { at, sum, within: () => inOrder.slice(from, last + 1) };
  });
}

/** The most that was granted in any window. */
export const mostGranted = (grants: readonly Grant[], windowMs: number): number =>
  windowsOf(grants, windowMs).reduce((most, { sum }) => Math.max(most, sum), 0);

function withoutGrant(file: CaseFile, granted: ReadonlyMap<string, readonly Grant[]>): Finding[] {
  const admitted = groupBy(
    [...file.deployments.values()].filter((deployment) => wasAdmitted(deployment, file)),
    ({ tenantId }) => tenantId,
  );
  return [...admitted].flatMap(([tenantId, own]) => {
    const grants = granted.get(tenantId) ?? [];
    const sum = grants.reduce((all, grant) => all + grant.granted, 0);
    if (own.length <= sum) return [];
    const text = `had ${own.length} requests admitted, and ${sum} were granted`;
    return [
      { subject: tenantId, text, records: [...own.slice(0, sum + 1).map(({ asked }) => asked), ...grants] },
    ];
  });
}

function wasAdmitted(
  { asked, statuses, executions, terminals }: Deployment,
  { lettersOf }: CaseFile,
): boolean {
  if (!asked.fates.includes('taken') || lettersOf(asked).length > 0) return false;
  if (statuses.length + executions.length === 0) return false;
  return !terminals.some(({ status }) => TURNED_AWAY.has(status.reason?.code ?? ''));
}

const TURNED_AWAY: ReadonlySet<string> = new Set(['RATE_LIMITED', 'TENANT_DRAINING']);
