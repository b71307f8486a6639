import { groupBy } from '@vecino/foundation';
import { type Violations } from '../judge.js';
import { type LiveLimit, mostInForce } from './live-limit.js';

/** What an ingest logged when it granted requests to a tenant; `at` by the clock of whoever granted. */
export interface Grant {
  readonly tenantId: string;
  readonly granted: number;
  readonly at: number;
}

/**
 * In no window did a tenant get more than its limit, whoever granted it. Grants are judged, not windows: when a limit is lowered,
 * what was granted before may be more, and then nothing is granted.
 */
export function intakeHeld(
  grants: readonly Grant[],
  limitOf: (tenantId: string) => LiveLimit,
  windowMs: number,
): Violations {
  const real = grants.filter(({ granted }) => granted > 0);
  return [...groupBy(real, ({ tenantId }) => tenantId)].flatMap(([tenantId, own]) =>
    windowSums(own, windowMs).flatMap(({ at, sum }) => {
      const limit = mostInForce(limitOf(tenantId), at);
      return sum > limit
        ? [`${tenantId} was granted ${sum} in the ${windowMs} ms up to ${at}, its limit is ${limit}`]
        : [];
    }),
  );
}

/** The most that a tenant was granted in any window. */
export const mostGranted = (grants: readonly Grant[], windowMs: number): number =>
  Math.max(0, ...windowSums(grants, windowMs).map(({ sum }) => sum));

/** A grant of a moment is over a window later: so `at - windowMs` lies outside. */
function windowSums(grants: readonly Grant[], windowMs: number): { at: number; sum: number }[] {
  const inOrder = grants.toSorted((a, b) => a.at - b.at);
  let first = 0;
  let sum = 0;
  return inOrder.map(({ at, granted }) => {
    sum += granted;
    for (
      let oldest = inOrder[first];
      oldest !== undefined && oldest.at <= at - windowMs;
      oldest = inOrder[first]
    ) {
      sum -= oldest.granted;
      first += 1;
    }
    return { at, sum };
  });
}

/** Nobody got in without a grant. One that was granted twice, as after a redelivery, counts twice in its window only. */
export function admittedByGrant(admitted: ReadonlyMap<string, number>, grants: readonly Grant[]): Violations {
  const granted = groupBy(grants, ({ tenantId }) => tenantId);
  return [...admitted].flatMap(([tenantId, count]) => {
    const sum = (granted.get(tenantId) ?? []).reduce((all, grant) => all + grant.granted, 0);
    return count > sum ? [`${tenantId} had ${count} requests admitted, but ${sum} were granted`] : [];
  });
}

/** The grants in a log of one ingest: JSON lines with `tenant_id`, `granted` and, as ISO 8601, `at`. */
export function readGrants(log: string): Grant[] {
  return log.split('\n').flatMap((line) => {
    if (!line.startsWith('{') || !line.includes('"granted"')) return [];
    const { tenant_id: tenantId, granted, at } = parsed(line);
    return typeof tenantId === 'string' && typeof granted === 'number' && typeof at === 'string'
      ? [{ tenantId, granted, at: Date.parse(at) }]
      : [];
  });
}

/** A process that was killed may have left half a line. */
function parsed(line: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}
