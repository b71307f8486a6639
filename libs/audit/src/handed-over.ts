import { placeOf } from './case-file.js';
import type { Evidence } from './evidence/evidence.js';

/** When each request was first in the history of a gate, by its place. */
export function handedOver({ handovers }: Evidence): ReadonlyMap<string, number> {
  const handed = new Map<string, number>();
  for (const handover of handovers) {
    const place = placeOf(handover);
    handed.set(place, Math.min(handover.at, handed.get(place) ?? Infinity));
  }
  return handed;
}
