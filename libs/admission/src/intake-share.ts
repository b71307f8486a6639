import type { EpochMs } from '@vecino/foundation';

/** What one replica owns of the request topic. */
export interface OwnedPartitions {
  /** Its name in the consumer group: another one after it was expelled. */
  readonly member: string;
  readonly partitions: readonly number[];
  /** Partitions of the topic. */
  readonly all: number;
}

export type CountedShare =
  | { readonly kind: 'share'; readonly own: number; readonly all: number }
  /** Nothing counts yet, or it is not known whether it still does. */
  | { readonly kind: 'none'; readonly until?: EpochMs };

/**
 * Which part of every limit is this replica's own. A partition counts from one window after it was gained: until then its
 * former owner's grants are still within the window. It counts only while the group has confirmed the membership a short
 * time ago: a replica that was stopped and goes on must not grant what has become another's.
 */
export class IntakeShare {
  readonly #windowMs: number;
  readonly #leaseMs: number;
  #owned: OwnedPartitions | undefined;
  #member: string | undefined;
  #gained = new Map<number, EpochMs>();
  #confirmed: EpochMs = -Infinity;

  /** `leaseMs`: how long the group keeps a member of which it hears nothing. */
  constructor(windowMs: number, leaseMs: number) {
    this.#windowMs = windowMs;
    this.#leaseMs = leaseMs;
  }

  /** A member keeps its name as long as no rebalance went by without it, so what it had before it had all the time. */
  assigned(owned: OwnedPartitions, now: EpochMs): void {
    const before = owned.member === this.#member ? this.#gained : new Map<number, EpochMs>();
    this.#gained = new Map(owned.partitions.map((partition) => [partition, before.get(partition) ?? now]));
    this.#member = owned.member;
    this.#owned = owned;
  }

  /** A rebalance has begun. */
  revoked(): void {
    this.#owned = undefined;
  }

  /** The group answered a sign of life that was sent at `sentAt`. */
  confirmed(sentAt: EpochMs): void {
    this.#confirmed = Math.max(this.#confirmed, sentAt);
  }

  counted(now: EpochMs): CountedShare {
    if (!this.#owned || now >= this.#confirmed + this.#leaseMs) return { kind: 'none' };
    const from = [...this.#gained.values()].map((gained) => gained + this.#windowMs);
    const own = from.filter((at) => now >= at).length;
    if (own > 0) return { kind: 'share', own, all: this.#owned.all };
    return from.length > 0 ? { kind: 'none', until: Math.min(...from) } : { kind: 'none' };
  }
}

export const shareOf = (limit: number, own: number, all: number): number => Math.floor((limit * own) / all);
