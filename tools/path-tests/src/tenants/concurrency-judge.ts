import { groupBy } from '@vecino/foundation';
import { type CallRecord, type LogRecord } from '@vecino/router-simulator';
import { type Execution, type Violations } from '../judge.js';
import { type LiveLimit, mostInForce } from './live-limit.js';

/** Something that takes one of its tenant's slots for a time; without an end as long as anybody looks. */
export interface Span {
  readonly what: string;
  readonly from: number;
  readonly to: number;
}

/** The most spans at once, by their beginnings. One that ends at the very moment when another begins has made room for it. */
export const mostAtOnceOf = (spans: readonly Span[]): number =>
  Math.max(0, ...startsWithLevel(spans).map(({ level }) => level));

/**
 * No deployment starts while as many of its tenant run as its cap allows at that moment. What runs when a cap is lowered
 * runs to its end: so starts are judged, not levels.
 */
export const startsWithinCap = (
  executions: readonly Execution[],
  capOf: (tenantId: string) => LiveLimit,
): Violations =>
  [...groupBy(executions, ({ tenantId }) => tenantId)].flatMap(([tenantId, own]) =>
    beyond(tenantId, own.map(spanOf), (at) => mostInForce(capOf(tenantId), at)),
  );

const spanOf = ({ deploymentId, started, closed = Infinity }: Execution): Span => ({
  what: deploymentId,
  from: started,
  to: closed,
});

/** A deployment begins to change its router at the latest so long after its start, kills of its worker included. */
const CHANGE_BEGINS_WITHIN_MS = 90_000;

/** The same as the routers saw it: no tenant has more of them under change at once than its cap. */
export const changesWithinCap = (
  log: readonly LogRecord[],
  tenantOfRouter: (routerId: string) => string,
  capOf: (tenantId: string) => LiveLimit,
): Violations =>
  [...changesByTenant(log, tenantOfRouter)].flatMap(([tenantId, spans]) =>
    beyond(tenantId, spans, (at) => mostInForce(capOf(tenantId), at - CHANGE_BEGINS_WITHIN_MS, at)),
  );

export function changesByTenant(
  log: readonly LogRecord[],
  tenantOfRouter: (routerId: string) => string,
): Map<string, Span[]> {
  const spans = changeSpans(log);
  return groupBy(spans, ({ what }) => tenantOfRouter(what));
}

/**
 * When each router was under change: from the first accepted Install to the return from the reboot, or to the last change where it
 * was never rebooted. A change outside of that is a time of its own.
 */
export function changeSpans(log: readonly LogRecord[]): Span[] {
  return [...groupBy(log, ({ router_id }) => router_id)].flatMap(([routerId, records]) => {
    const spans: Span[] = [];
    let open: { from: number; to: number } | undefined;
    const close = () => {
      if (open !== undefined) spans.push({ what: routerId, ...open });
      open = undefined;
    };
    for (const record of records.toSorted((a, b) => timeOf(a) - timeOf(b) || a.seq - b.seq)) {
      if (record.kind === 'call') {
        if (!isChange(record)) continue;
        if (open === undefined && !record.rpc.endsWith('/Install')) {
          spans.push({ what: routerId, from: record.start, to: record.end });
          continue;
        }
        open = { from: open?.from ?? record.start, to: Math.max(open?.to ?? 0, record.end) };
      } else if (record.kind === 'up' && record.cause === 'reboot' && open !== undefined) {
        open = { from: open.from, to: record.at };
        close();
      }
    }
    close();
    return spans;
  });
}

const timeOf = (record: LogRecord): number => (record.kind === 'call' ? record.start : record.at);

const CHANGING = /\/(Install|Activate|Reboot)$/;
const isChange = ({ rpc, accepted }: CallRecord): boolean => accepted && CHANGING.test(rpc);

/**
 * A router is changed only by a deployment of it, while that runs: whoever sent a call, also a worker that had stood still,
 * sent it for the deployment whose turn it was.
 */
export function changedInItsTurn(
  log: readonly LogRecord[],
  executions: readonly Execution[],
  routerOf: (execution: Execution) => string | undefined,
): Violations {
  const byRouter = groupBy(executions, (execution) => routerOf(execution) ?? '');
  return log.flatMap((record) => {
    if (record.kind !== 'call' || !isChange(record)) return [];
    const inTurn = (byRouter.get(record.router_id) ?? []).filter(
      ({ started, closed = Infinity }) => started <= record.start && record.end <= closed,
    );
    return inTurn.length === 1
      ? []
      : [
          `${record.rpc} to ${record.router_id} (${record.start} to ${record.end}) in the turn of ${inTurn.length}`,
        ];
  });
}

function beyond(tenantId: string, spans: readonly Span[], capAt: (at: number) => number): string[] {
  return startsWithLevel(spans).flatMap(({ span, level }) =>
    level > capAt(span.from)
      ? [`${tenantId}: ${span.what} is number ${level} at ${span.from}, where ${capAt(span.from)} may be`]
      : [],
  );
}

function startsWithLevel(spans: readonly Span[]): { span: Span; level: number }[] {
  const steps = spans
    .flatMap((span) => [
      { at: span.from, by: 1, span },
      { at: span.to, by: -1, span },
    ])
    .toSorted((a, b) => a.at - b.at || a.by - b.by);
  let level = 0;
  return steps.flatMap(({ by, span }) => {
    level += by;
    return by > 0 ? [{ span, level }] : [];
  });
}
