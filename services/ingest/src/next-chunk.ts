import { type GateItem, MAX_BATCH_BYTES, MAX_BATCH_ITEMS } from '@vecino/workflows';

export interface WeighedItem {
  readonly item: GateItem;
  /** In the batch's JSON. */
  readonly bytes: number;
}

export interface ChunkLimits {
  readonly items: number;
  readonly bytes: number;
}

/** Settings, topic and partition travel with each batch. */
const ENVELOPE_BYTES = 2 * 1024;

export const CHUNK_LIMITS: ChunkLimits = { items: MAX_BATCH_ITEMS, bytes: MAX_BATCH_BYTES - ENVELOPE_BYTES };

/** How many of the items from `start` on go into the next batch: at least one where there is one, however large it is. */
export function nextChunkLength(
  items: readonly WeighedItem[],
  start: number,
  limits: ChunkLimits = CHUNK_LIMITS,
): number {
  let bytes = 0;
  let length = 0;
  for (let i = start; i < items.length && length < limits.items; i++) {
    bytes += items[i]?.bytes ?? 0;
    if (length > 0 && bytes > limits.bytes) break;
    length++;
  }
  return length;
}
