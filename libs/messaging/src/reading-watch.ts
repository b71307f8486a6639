/** Fetches come back every quarter of a second when there is nothing to read. */
export const SILENT_AFTER_MS = 4_000;

/** Whether a member of a consumer group really reads: kafkajs tells nobody while it tries to reach a broker again. */
export class ReadingWatch {
  /** By a clock that no one sets. */
  #lastFetch = performance.now();
  /** Why it is no member at the moment. */
  #away: string | undefined = 'not in the consumer group yet';
  #beats = 0;

  joined(): void {
    this.#away = undefined;
    this.fetched();
  }

  fetched(): void {
    this.#lastFetch = performance.now();
    this.beat();
  }

  left(err: Error): void {
    this.#away = `not in the consumer group: ${err.message}`;
    this.beat();
  }

  /** It turns, whether or not anything came of it. */
  beat(): void {
    this.#beats += 1;
  }

  get beats(): number {
    return this.#beats;
  }

  get fault(): string | undefined {
    return this.#away ?? this.silence;
  }

  /** Undefined where it is not worth a word. */
  get silence(): string | undefined {
    const silentMs = performance.now() - this.#lastFetch;
    return silentMs < SILENT_AFTER_MS ? undefined : `nothing fetched for ${Math.round(silentMs / 1_000)} s`;
  }
}
