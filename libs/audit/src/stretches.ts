import { firstAfter } from './first-after.js';

/** A stretch of time. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** The same time in stretches that do not touch, in order. */
export function union(stretches: readonly Stretch[]): readonly Stretch[] {
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of stretches.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last === undefined || from > last.to) merged.push({ from, to });
    else last.to = Math.max(last.to, to);
  }
  return merged;
}

/** How much of the time from … to lies in those stretches, which come from `union`. */
export function overlapWith(merged: readonly Stretch[], { from, to }: Stretch): number {
  let sum = 0;
  for (let index = firstAfter(merged, from, (one) => one.to); index < merged.length; index += 1) {
    const one = merged[index] as Stretch;
    if (one.from >= to) break;
    sum += Math.min(to, one.to) - Math.max(from, one.from);
  }
  return sum;
}
