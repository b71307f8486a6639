import { type Place, placeKey } from './standing.js';

/** Goes round task queues, a bounded number at a time: each has its turn before any has it twice, whichever come and go meanwhile. */
export class QueueRound {
  /** In the order in which they have their turn. */
  readonly #waiting = new Set<string>();

  /** Those that have no patience come in every turn, as far as half of it has room for them. */
  next(
    places: readonly Place[],
    atMost: number,
    isImpatient: (place: Place) => boolean = () => false,
  ): readonly Place[] {
    const byKey = new Map(places.map((place) => [placeKey(place), place]));
    for (const key of this.#waiting) if (!byKey.has(key)) this.#waiting.delete(key);
    for (const key of byKey.keys()) this.#waiting.add(key);
    const impatient = [...byKey].flatMap(([key, place]) => (isImpatient(place) ? key : []));
    const turn = [...new Set([...impatient.slice(0, atMost / 2), ...this.#waiting])].slice(0, atMost);
    for (const key of turn) {
      this.#waiting.delete(key);
      this.#waiting.add(key);
    }
    return turn.flatMap((key) => byKey.get(key) ?? []);
  }
}
