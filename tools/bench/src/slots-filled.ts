import type { WorkMoment } from './timed-activities.js';

/** What ran at once between two moments, in epoch milliseconds. */
export interface Filled {
  /** On average over that time. */
  readonly mean: number;
  readonly most: number;
  /** Ends per second within it. */
  readonly endsPerSecond: number;
}

/** `moments` in their order. */
export function slotsFilled(moments: readonly WorkMoment[], from: number, to: number): Filled {
  let running = 0;
  let most = 0;
  let area = 0;
  let ends = 0;
  let since = from;
  for (const { kind, at } of moments) {
    if (at >= to) break;
    if (at > since) {
      area += running * (at - since);
      most = Math.max(most, running);
      since = at;
    }
    running += kind === 'begin' ? 1 : -1;
    if (kind === 'end' && at >= from) ends += 1;
  }
  area += running * (to - since);
  most = Math.max(most, running);
  return { mean: area / (to - from), most, endsPerSecond: (ends * 1_000) / (to - from) };
}
