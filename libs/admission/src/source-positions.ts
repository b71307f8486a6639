import type { EpochMs } from '@vecino/foundation';

/** Up to where the records of one source partition have been taken. */
export interface SourcePosition {
  readonly offset: number;
  /** Broker's append time of the record at `offset`. */
  readonly timestamp: EpochMs;
}

/** By `<topic>/<partition>`. Plain data: it travels through continue-as-new as JSON. */
export type SourcePositions = Readonly<Record<string, SourcePosition>>;

export const sourceOf = (topic: string, partition: number): string => `${topic}/${partition}`;

/**
 * Whether a record lies ahead of what was taken from its partition. Behind it are redeliveries, reset offsets and
 * zombies, for ever. A lower offset with a younger append time can only come from a topic that was deleted and
 * created again, since the broker's append times never run backwards within a partition.
 */
export function isAhead(taken: SourcePosition | undefined, record: SourcePosition): boolean {
  if (taken === undefined) return true;
  return record.offset > taken.offset || record.timestamp > taken.timestamp;
}
