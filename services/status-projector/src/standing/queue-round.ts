import { type Place, placeKey } from './standing.js';

/** Goes round task queues, a bounded number at a time: each has its turn before any has it twice, whichever come and go meanwhile. */
export class QueueRound {
  /** In the order in which they have their turn. */
  readonly #waiting = new Set<string>();

  next(places: readonly Place[], atMost: number): readonly Place[] {
    const byKey = new Map(places.map((place) => [placeKey(place), place]));
    for (const key of this.#waiting) if (!byKey.has(key)) this.#waiting.delete(key);
    for (const key of byKey.keys()) this.#waiting.add(key);
    const turn = [...this.#waiting].slice(0, atMost);
    for (const key of turn) {
      this.#waiting.delete(key);
      this.#waiting.add(key);
    }
    return turn.flatMap((key) => byKey.get(key) ?? []);
  }
}
