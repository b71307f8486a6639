import type { EpochMs } from '@vecino/foundation';

/** Four looks of a projector. An alert says that nobody looks after two minutes. */
const STANDS_MS = 60_000;

/**
 * What was last heard of something that is asked about again and again, for a gauge. It stands until questions have failed for a minute,
 * counted from the first that did: however seldom one is put, or long it takes, one failure ends no alert.
 */
export class LastAnswer<Answer> {
  #answer: Answer | undefined;
  #failingSince: EpochMs | undefined;

  /** Undefined where nothing was heard, or it stands no longer. */
  get current(): Answer | undefined {
    return this.#answer;
  }

  heard(answer: Answer): void {
    this.#answer = answer;
    this.#failingSince = undefined;
  }

  failed(now: EpochMs): void {
    this.#failingSince ??= now;
    if (now - this.#failingSince > STANDS_MS) this.#answer = undefined;
  }

  /** What was asked about is not there. */
  forget(): void {
    this.#answer = undefined;
  }
}
