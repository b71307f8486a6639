/** What stands for all values that have no place of their own. */
export const OTHER = 'other';

/**
 * Gives names to at most so many values, first come, first named; all others are `other`. A name that was given is kept for
 * as long as the process lives, since its numbers go on: a value never changes its name, so no counter ever goes back.
 */
export class BoundedNames {
  readonly #named = new Set<string>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Gives names before anybody asks, in this order. */
  prefer(values: Iterable<string>): void {
    for (const value of values) {
      if (this.#named.size >= this.#limit) return;
      this.nameOf(value);
    }
  }

  nameOf(value: string): string {
    if (this.#named.has(value)) return value;
    if (value === OTHER || this.#named.size >= this.#limit) return OTHER;
    this.#named.add(value);
    return value;
  }
}
