const NS_PER_MS = 1_000_000n;

/** Milliseconds since the Unix epoch by the machine the simulator runs on. */
export type MachineClock = () => number;

/** A router's own clock: off by some error, and set forward or back while the router runs. */
export class RouterClock {
  #bootTimeNs: bigint;
  #offsetMs: number;
  readonly #machine: MachineClock;
  readonly #bootTimeFollows: boolean;
  readonly #jitterNs: () => bigint;

  /**
   * `bootTimeFollows`: the boot time is worked out from the uptime at each reading, as Linux does with `btime`: it moves with
   * each step of the clock, and each reading is off by `jitterNs`, since clock and uptime are not read at the same instant.
   */
  constructor(options: {
    readonly machine: MachineClock;
    readonly offsetMs: number;
    readonly upForNs: bigint;
    readonly bootTimeFollows: boolean;
    readonly jitterNs?: () => bigint;
  }) {
    this.#machine = options.machine;
    this.#offsetMs = options.offsetMs;
    this.#bootTimeFollows = options.bootTimeFollows;
    this.#jitterNs = options.jitterNs ?? (() => 0n);
    this.#bootTimeNs = this.nowNs() - options.upForNs;
  }

  nowNs(): bigint {
    return BigInt(this.#machine() + this.#offsetMs) * NS_PER_MS;
  }

  /** What the `boot-time` leaf is, but for the error of a reading. */
  get bootTimeNs(): bigint {
    return this.#bootTimeNs;
  }

  /** The `boot-time` leaf as it is read now. */
  readBootTimeNs(): bigint {
    return this.#bootTimeNs + (this.#bootTimeFollows ? this.#jitterNs() : 0n);
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
