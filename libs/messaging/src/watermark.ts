/** One batch on its way: `nextOffset` is where reading goes on after it. */
export interface Mark<T> {
  readonly item: T;
  readonly nextOffset: number;
  done: boolean;
}

/**
 * The offset up to which everything is done, with no gap. Batches finish in any order; what may be committed only
 * passes a batch when it and all before it are done. Order is that of `add`, not of the numbers: after the log was
 * cut, reading may go on at a smaller offset.
 */
export class Watermark<T> {
  readonly #marks: Mark<T>[] = [];
  #done: number;
  #read: number;

  constructor(from: number) {
    this.#done = from;
    this.#read = from;
  }

  add(item: T, nextOffset: number): Mark<T> {
    const mark = { item, nextOffset, done: false };
    this.#marks.push(mark);
    this.#read = nextOffset;
    return mark;
  }

  /** Marks as done and returns the items that the watermark has passed by this. */
  finish(mark: Mark<T>): T[] {
    mark.done = true;
    const gap = this.#marks.findIndex(({ done }) => !done);
    const passed = this.#marks.splice(0, gap === -1 ? this.#marks.length : gap);
    this.#done = passed.at(-1)?.nextOffset ?? this.#done;
    return passed.map(({ item }) => item);
  }

  /** Next offset to read for somebody who starts after us: safe to commit. */
  get done(): number {
    return this.#done;
  }

  /** Next offset that we have not been given yet. */
  get read(): number {
    return this.#read;
  }

  unfinished(): readonly Mark<T>[] {
    return this.#marks.filter(({ done }) => !done);
  }
}
