const NS_PER_MS = 1_000_000n;

/** Milliseconds since the Unix epoch by the machine the simulator runs on. */
export type MachineClock = () => number;

/** A router's own clock: off by some error, and set forward or back while the router runs. */
export class RouterClock {
  #bootTimeNs: bigint;
  #offsetMs: number;
  readonly #machine: MachineClock;
  readonly #bootTimeFollows: boolean;

  /** `bootTimeFollows`: the boot time is worked out from the uptime, as Linux does with `btime`, and moves with each step. */
  constructor(options: {
    readonly machine: MachineClock;
    readonly offsetMs: number;
    readonly upForNs: bigint;
    readonly bootTimeFollows: boolean;
  }) {
    this.#machine = options.machine;
    this.#offsetMs = options.offsetMs;
    this.#bootTimeFollows = options.bootTimeFollows;
    this.#bootTimeNs = this.nowNs() - options.upForNs;
  }

  nowNs(): bigint {
    return BigInt(this.#machine() + this.#offsetMs) * NS_PER_MS;
  }

  /** The `boot-time` leaf. */
  get bootTimeNs(): bigint {
    return this.#bootTimeNs;
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** Somebody, or NTP, sets the clock. `ms` may be negative. */
  step(ms: number): void {
    this.#offsetMs += ms;
    if (this.#bootTimeFollows) this.#bootTimeNs += BigInt(ms) * NS_PER_MS;
  }

  booted(): void {
    this.#bootTimeNs = this.nowNs();
  }
}
