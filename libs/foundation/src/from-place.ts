/** The list from a place on, and then what lies before it. The place may be beyond the end, for those who go round and round. */
export function fromPlace<T>(list: readonly T[], place: number): T[] {
  const start = list.length === 0 ? 0 : place % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}
