/** Arrival numbers in ascending order. Newest arrivals come last, so an insert is mostly an append. */
export class SortedArrivals {
  readonly #items: number[] = [];

  [Symbol.iterator](): Iterator<number> {
    return this.#items[Symbol.iterator]();
  }

  get length(): number {
    return this.#items.length;
  }

  insert(arrival: number): void {
    const at = this.position(arrival);
    if (this.#items[at] !== arrival) this.#items.splice(at, 0, arrival);
  }

  remove(arrival: number): void {
    const at = this.position(arrival);
    if (this.#items[at] === arrival) this.#items.splice(at, 1);
  }

  /** Index of the first item that is not below `arrival`. */
  private position(arrival: number): number {
    const last = this.#items.at(-1);
    if (last === undefined || last < arrival) return this.#items.length;
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#items[middle] as number) < arrival) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
