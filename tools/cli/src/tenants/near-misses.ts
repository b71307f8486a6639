/** Names that somebody may have meant, nearest first: at most three, and none that is far off. */
export function nearMisses(typed: string, known: Iterable<string>): readonly string[] {
  const limit = typed === '' ? 0 : Math.max(1, Math.floor(typed.length / 3));
  return [...known]
    .map((name) => ({
      name,
      distance: typed !== '' && name.startsWith(typed) ? 1 : editDistance(typed, name, limit),
    }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Characters to insert, remove, replace or swap; more than `limit` is not told exactly. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return Infinity;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      const above = rows[i - 1] as number[];
      let best = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1));
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
