import { groupBy } from '@vecino/foundation';
import { type ReceivedSpan } from '@vecino/testing/otlp-receiver';

/**
 * The spans of one trace below its root as a text to compare: `service: name`, children below their parents, siblings in
 * alphabetical order, those of one name together with their number.
 */
export function traceTree(spans: readonly ReceivedSpan[], rootId: string): string {
  const below = (parentIds: ReadonlySet<string>, depth: number): string[] => {
    const children = spans.filter(({ parentSpanId }) => parentIds.has(parentSpanId));
    const named = groupBy(children, ({ service, name }) => `${service}: ${name}`);
    return [...named]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .flatMap(([name, alike]) => [
        `${'  '.repeat(depth)}${name}${alike.length > 1 ? ` × ${alike.length}` : ''}`,
        ...below(new Set(alike.map(({ spanId }) => spanId)), depth + 1),
      ]);
  };
  return below(new Set([rootId]), 0).join('\n');
}

/** Spans whose parent is neither the root nor another span of the trace. */
export function orphans(spans: readonly ReceivedSpan[], rootId: string): readonly ReceivedSpan[] {
  const known = new Set([rootId, ...spans.map(({ spanId }) => spanId)]);
  return spans.filter(({ parentSpanId }) => !known.has(parentSpanId));
}
