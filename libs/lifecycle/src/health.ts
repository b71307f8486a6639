import { errorText } from '@vecino/foundation';
import { ANSWER_WITHIN_MS, type Check, GRACE_MS } from './check.js';
import { type Pulse, STUCK_AFTER_SECONDS } from './pulse.js';

/** `failing`: for less than the grace, which does not count yet. */
export type CheckState = 'ok' | 'failing' | 'failed';

export interface CheckReport {
  readonly name: string;
  readonly state: CheckState;
  /** When it began, ISO 8601; absent where the check is ok. */
  readonly since?: string;
  readonly why?: string;
}

/** Answer of `/readyz`. */
export interface Readiness {
  readonly service: string;
  readonly ready: boolean;
  readonly phase: 'starting' | 'running' | 'stopping';
  /** When the phase began, ISO 8601. */
  readonly since: string;
  readonly checks: readonly CheckReport[];
}

/** Answer of `/livez`. */
export interface Liveness {
  readonly service: string;
  readonly alive: boolean;
  /** Names of loops that turn no more. */
  readonly stuck: readonly string[];
}

export interface HealthDependencies {
  readonly service: string;
  readonly checks: readonly Check[];
  readonly pulses: readonly Pulse[];
  /** Milliseconds by a clock that no one sets. */
  readonly now?: () => number;
}

const TICK_MS = 1_000;
const TICKS_UNTIL_STUCK = (STUCK_AFTER_SECONDS * 1_000) / TICK_MS;

/**
 * What a service's process knows of itself. Ready is one that has started, is not about to end, and in which no check has failed
 * for longer than the grace; alive is one whose loops turn, whatever is away. Asking for it costs nothing: checks are made by
 * its own clock, one call of each at a time.
 */
export class Health {
  readonly #service: string;
  readonly #checks: readonly CheckWatch[];
  readonly #pulses: readonly PulseWatch[];
  #phase: Readiness['phase'] = 'starting';
  #since = new Date();
  #ticking: NodeJS.Timeout | undefined;

  constructor({ service, checks, pulses, now = () => performance.now() }: HealthDependencies) {
    this.#service = service;
    this.#checks = checks.map((check) => new CheckWatch(check, now));
    this.#pulses = pulses.map((pulse) => new PulseWatch(pulse));
  }

  /** Begins to look. */
  begin(): void {
    this.#tick();
    this.#ticking = setInterval(() => this.#tick(), TICK_MS);
    this.#ticking.unref();
  }

  end(): void {
    clearInterval(this.#ticking);
  }

  started(): void {
    if (this.#phase === 'starting') this.#enter('running');
  }

  stopping(): void {
    if (this.#phase !== 'stopping') this.#enter('stopping');
  }

  readiness(): Readiness {
    const checks = this.#checks.map((check) => check.report());
    return {
      service: this.#service,
      ready: this.#phase === 'running' && checks.every(({ state }) => state !== 'failed'),
      phase: this.#phase,
      since: this.#since.toISOString(),
      checks,
    };
  }

  liveness(): Liveness {
    const stuck = this.#pulses.filter(({ isStuck }) => isStuck).map(({ name }) => name);
    return { service: this.#service, alive: stuck.length === 0, stuck };
  }

  #enter(phase: Readiness['phase']): void {
    this.#phase = phase;
    this.#since = new Date();
  }

  #tick(): void {
    for (const check of this.#checks) void check.look();
    for (const pulse of this.#pulses) pulse.look();
  }
}

interface Fault {
  readonly since: Date;
  /** The same by the clock that no one sets. */
  readonly from: number;
  readonly why: string;
}

class CheckWatch {
  readonly #check: Check;
  readonly #now: () => number;
  #asking = false;
  #nextAt = -Infinity;
  /** `undefined` once the last answer was good. Nobody is trusted before the first. */
  #fault: Fault | undefined = { since: new Date(), from: -Infinity, why: 'not known yet' };

  constructor(check: Check, now: () => number) {
    this.#check = check;
    this.#now = now;
  }

  /** Never rejects. */
  async look(): Promise<void> {
    if (this.#asking || this.#now() < this.#nextAt) return;
    this.#asking = true;
    this.#nextAt = this.#now() + (this.#check.everyMs ?? 0);
    const why = await this.#ask();
    this.#asking = false;
    if (why === undefined) this.#fault = undefined;
    else this.#fault = { since: new Date(), from: this.#now(), ...this.#fault, why };
  }

  report(): CheckReport {
    const { name } = this.#check;
    if (this.#fault === undefined) return { name, state: 'ok' };
    const { since, from, why } = this.#fault;
    const state = this.#now() - from < GRACE_MS ? 'failing' : 'failed';
    return { name, state, since: since.toISOString(), why };
  }

  async #ask(): Promise<string | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve(`no answer within ${ANSWER_WITHIN_MS} ms`), ANSWER_WITHIN_MS);
    });
    try {
      const answer = (async () => this.#check.fault())();
      return await Promise.race([answer, late]);
    } catch (error) {
      return errorText(error);
    } finally {
      clearTimeout(timer);
    }
  }
}

class PulseWatch {
  readonly #pulse: Pulse;
  #beats: number | undefined;
  #silentTicks = 0;

  constructor(pulse: Pulse) {
    this.#pulse = pulse;
  }

  get name(): string {
    return this.#pulse.name;
  }

  get isStuck(): boolean {
    return this.#silentTicks >= TICKS_UNTIL_STUCK;
  }

  look(): void {
    const beats = this.#pulse.beats();
    this.#silentTicks = beats !== undefined && beats === this.#beats ? this.#silentTicks + 1 : 0;
    this.#beats = beats;
  }
}
