/** First in, first out of arrival numbers; removing from the front costs no copy of the rest. */
export class Lane {
  #items: number[] = [];
  #front = 0;

  get first(): number | undefined {
    return this.#items[this.#front];
  }

  get length(): number {
    return this.#items.length - this.#front;
  }

  push(arrival: number): void {
    this.#items.push(arrival);
  }

  remove(arrival: number): void {
    if (this.first === arrival) {
      this.#front += 1;
      if (this.#front > 64 && this.#front * 2 > this.#items.length) {
        this.#items = this.#items.slice(this.#front);
        this.#front = 0;
      }
      return;
    }
    this.#items = this.#items.slice(this.#front).filter((other) => other !== arrival);
    this.#front = 0;
  }

  /** How many stand before `arrival`. */
  countBefore(arrival: number): number {
    return this.#items.indexOf(arrival, this.#front) - this.#front;
  }
}
