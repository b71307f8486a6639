/** Index of the first of the sorted items whose value is above the given one; their number where none is. */
export function firstAfter<T>(sorted: readonly T[], value: number, valueOf: (item: T) => number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (valueOf(sorted[middle] as T) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
