import { seededRandom } from '@vecino/router-simulator';

/** Choices that are the same for the same seed. */
export interface Choices {
  /** A whole number from 0 on, below that. */
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(all: readonly T[]): T;
  shuffled<T>(all: readonly T[]): T[];
}

export function seededChoices(seed: string): Choices {
  const next = seededRandom(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (all) => all[below(all.length)] as (typeof all)[number],
    shuffled(all) {
      const rest = [...all];
      return all.map(() => rest.splice(below(rest.length), 1)[0] as (typeof all)[number]);
    },
  };
}
