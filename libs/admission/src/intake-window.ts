import type { EpochMs } from '@vecino/foundation';
import { intakeSlotMs } from './intake-timing.js';

/** The answer to "may so many requests go on?". */
export interface IntakeGrant {
  /** So many may. */
  readonly granted: number;
  /** When one more would fit, if nobody took it before; not later than now where it fits already. */
  readonly retryAt: EpochMs;
}

/**
 * The log of what one tenant was granted within the last window, exact to a slot on the safe side. Its memory is bounded
 * by the number of slots. Times come from one clock; where that is set back, what was granted counts for longer.
 */
export class IntakeWindow {
  readonly #windowMs: number;
  readonly #slotMs: number;
  /** Ends of slots and what was granted in them; those before `#first` have expired. */
  #ends: EpochMs[] = [];
  #counts: number[] = [];
  #first = 0;
  #sum = 0;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
    this.#slotMs = intakeSlotMs(windowMs);
  }

  take(limit: number, wanted: number, now: EpochMs): IntakeGrant {
    this.#expire(now);
    const granted = Math.max(0, Math.min(wanted, limit - this.#sum));
    if (granted > 0) this.#add(granted, now);
    return { granted, retryAt: this.#retryAt(limit, now) };
  }

  /** Granted within the last window. */
  sum(now: EpochMs): number {
    this.#expire(now);
    return this.#sum;
  }

  get entries(): number {
    return this.#ends.length - this.#first;
  }

  #add(granted: number, now: EpochMs): void {
    const end = Math.ceil(now / this.#slotMs) * this.#slotMs;
    const last = this.#ends.length - 1;
    if (this.#ends[last] === end) this.#counts[last] = (this.#counts[last] ?? 0) + granted;
    else {
      this.#ends.push(end);
      this.#counts.push(granted);
    }
    this.#sum += granted;
  }

  #expire(now: EpochMs): void {
    for (let end = this.#ends[this.#first]; end !== undefined && now >= end + this.#windowMs;) {
      this.#sum -= this.#counts[this.#first] ?? 0;
      this.#first += 1;
      end = this.#ends[this.#first];
    }
    if (this.#first === 0 || this.#first * 2 < this.#ends.length) return;
    this.#ends = this.#ends.slice(this.#first);
    this.#counts = this.#counts.slice(this.#first);
    this.#first = 0;
  }

  #retryAt(limit: number, now: EpochMs): EpochMs {
    let missing = this.#sum - limit + 1;
    if (missing <= 0) return now;
    for (let i = this.#first; i < this.#ends.length; i++) {
      missing -= this.#counts[i] ?? 0;
      if (missing <= 0) return (this.#ends[i] ?? now) + this.#windowMs;
    }
    return now + this.#windowMs;
  }
}

/** One log per tenant; those in which nothing counts any more are dropped. */
export class IntakeWindows {
  readonly #windowMs: number;
  readonly #byTenant = new Map<string, IntakeWindow>();
  #swept: EpochMs = 0;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  take(tenantId: string, limit: number, wanted: number, now: EpochMs): IntakeGrant {
    this.#sweep(now);
    let window = this.#byTenant.get(tenantId);
    if (!window) this.#byTenant.set(tenantId, (window = new IntakeWindow(this.#windowMs)));
    return window.take(limit, wanted, now);
  }

  get tenants(): number {
    return this.#byTenant.size;
  }

  #sweep(now: EpochMs): void {
    if (now - this.#swept < this.#windowMs) return;
    this.#swept = now;
    for (const [tenantId, window] of this.#byTenant) {
      if (window.sum(now) === 0) this.#byTenant.delete(tenantId);
    }
  }
}
