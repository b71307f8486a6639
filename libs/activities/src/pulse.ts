/**
 * Whether an attempt may still count as alive. A worker that was stopped and goes on finds its heartbeat late: the server may
 * have given the step to another worker meanwhile, and this one has not heard of it yet.
 */
export class Pulse {
  readonly #limitMs: number;
  readonly #now: () => number;
  #lastAt: number;
  #lapsed = false;

  /** Half of the heartbeat timeout is the limit: workers hold heartbeats back for a second. `now`: monotonic milliseconds. */
  constructor(heartbeatTimeoutMs = Infinity, now: () => number = () => performance.now()) {
    // The server's "none" is 0.
    this.#limitMs = heartbeatTimeoutMs > 0 ? heartbeatTimeoutMs / 2 : Infinity;
    this.#now = now;
    this.#lastAt = now();
  }

  beat(): void {
    this.#lapsed = this.lapsed();
    this.#lastAt = this.#now();
  }

  /** For good: a beat that comes too late does not undo it. */
  lapsed(): boolean {
    return this.#lapsed || this.#now() - this.#lastAt > this.#limitMs;
  }
}
