import { LOOK_LIMITS } from './look-limits.js';

interface Silence {
  /** Looks from the last silence to the next question. */
  readonly distance: number;
  /** The look from which on it is asked again. */
  readonly next: number;
}

/** Gates that did not answer when they were last asked: the longer a gate is silent, the less often it is asked. Counts looks, not time. */
export class SilentGates {
  readonly #silences = new Map<string, Silence>();

  /** It did not answer in this look. */
  add(tenantId: string, look: number): void {
    const before = this.#silences.get(tenantId);
    const distance = before === undefined ? 1 : Math.min(2 * before.distance, LOOK_LIMITS.silentLooksAtMost);
    this.#silences.set(tenantId, { distance, next: look + distance });
  }

  /** It answered, or is nobody's any more. */
  delete(tenantId: string): void {
    this.#silences.delete(tenantId);
  }

  ids(): ReadonlySet<string> {
    return new Set(this.#silences.keys());
  }

  /** Those that are left alone in this look. */
  resting(look: number): ReadonlySet<string> {
    return new Set([...this.#silences].filter(([, { next }]) => next > look).map(([id]) => id));
  }
}
