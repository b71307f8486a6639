/** Something that takes one of its tenant's slots for a time; without an end as long as anybody looks. */
export interface Span<T> {
  readonly of: T;
  readonly from: number;
  readonly to: number;
}

/**
 * Visits each span where it begins, in the order of time, with all that are open then, itself the last. One that ends at the
 * very moment when another begins has made room for it.
 */
export function visitStarts<T>(
  spans: readonly Span<T>[],
  visit: (span: Span<T>, open: ReadonlySet<Span<T>>) => void,
): void {
  // One without a length takes no slot from anybody.
  const steps = spans
    .filter(({ from, to }) => from < to)
    .flatMap((span) => [
      { at: span.from, begins: true, span },
      { at: span.to, begins: false, span },
    ])
    .toSorted((a, b) => a.at - b.at || Number(a.begins) - Number(b.begins));
  const open = new Set<Span<T>>();
  for (const { begins, span } of steps) {
    if (!begins) open.delete(span);
    else visit(span, open.add(span));
  }
}

/** The most spans at once. */
export function mostAtOnce(spans: readonly Span<unknown>[]): number {
  let most = 0;
  visitStarts(spans, (_, open) => (most = Math.max(most, open.size)));
  return most;
}
