import { groupBy } from '@vecino/foundation';
import type { CaseFile } from '../case-file.js';
import { mostInForce } from '../evidence/live-limit.js';
import { changesOf, type RouterChange } from '../router-changes.js';
import { type Span, visitStarts } from '../spans.js';
import { type Turn, turnAt, turnsOf } from '../turns.js';
import type { Finding, Judge } from '../violation.js';

/**
 * I8: no deployment starts while as many of its tenant hold a slot as its cap allows at that moment, by histories; and no tenant has more
 * routers under change at once, by the routers' own log. What runs when a cap is lowered runs to its end: so starts are judged,
 * not levels.
 */
export const capHeld: Judge = (file) => {
  const turns = turnsOf(file);
  const byTenant = groupBy([...turns.values()].flat(), ({ deployment }) => deployment.tenantId);
  const changes = changesByTenant(file, turns);
  return {
    findings: file.evidence.tenants.flatMap(({ tenantId, cap }) => [
      ...beyond(tenantId, 'deployments', slotsOf(byTenant.get(tenantId) ?? []), (turn) => ({
        most: mostInForce(cap, turn.from),
        taker: turn,
        record: turn.execution,
      })),
      ...beyond(tenantId, 'routers under change', changes.get(tenantId) ?? [], ({ change, turn }) => ({
        most: mostInForce(cap, turn.from, change.from),
        taker: change.call.router_id,
        record: change.call,
      })),
    ]),
    judged: [...turns.values()].flat().length,
  };
};

export const slotsOf = (turns: readonly Turn[]): Span<Turn>[] =>
  turns.map((turn) => ({ of: turn, from: turn.from, to: turn.heldUntil }));

interface OwnedChange {
  readonly change: RouterChange;
  readonly turn: Turn;
}

/** A router that its deployment gave up is under change until then, whenever it comes back. */
export function changesByTenant(
  { evidence }: CaseFile,
  turns: ReadonlyMap<string, readonly Turn[]>,
): Map<string, Span<OwnedChange>[]> {
  const spans = [...changesOf(evidence.routerLog)].flatMap(([router, changes]) =>
    changes.flatMap((change): Span<OwnedChange>[] => {
      const turn = turnAt(turns.get(router) ?? [], change.from + evidence.clocksApartMs);
      if (turn === undefined) return [];
      const end = change.to === Infinity ? (change.lostAt ?? change.call.end) : change.to;
      const to = turn.touchesUntil === Infinity ? Math.min(end, turn.heldUntil) : end;
      return [{ of: { change, turn }, from: change.from, to }];
    }),
  );
  return groupBy(spans, ({ of }) => of.turn.deployment.tenantId);
}

/** What a span means for its tenant. */
interface Claim {
  /** Takers that there may be when it begins. */
  readonly most: number;
  /** Two of one taker count once. */
  readonly taker: unknown;
  readonly record: object;
}

/** The first of those that begin one after another beyond what may be. */
function beyond<T>(
  tenantId: string,
  what: string,
  spans: readonly Span<T>[],
  claimOf: (of: T) => Claim,
): Finding[] {
  const findings: Finding[] = [];
  let told = false;
  visitStarts(spans, ({ of, from }, open) => {
    const { most } = claimOf(of);
    if (open.size <= most) told = false;
    if (open.size <= most || told) return;
    const claims = [...open].map((span) => claimOf(span.of));
    const takers = new Map(claims.map(({ taker, record }) => [taker, record]));
    if (takers.size <= most) return;
    told = true;
    const text = `had ${takers.size} ${what} at ${new Date(from).toISOString()}, where ${most} may be`;
    findings.push({ subject: tenantId, text, records: [...takers.values()].slice(-most - 1) });
  });
  return findings;
}
