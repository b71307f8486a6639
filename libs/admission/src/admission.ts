import { invariant, type EpochMs, type Reason } from '@vecino/foundation';
import type { Candidate } from './candidate.js';
import { holdbackOf, NO_HOLDBACKS, type HoldbackRules } from './holdback.js';
import { HELD_CHARACTERS_LIMIT, type Limits, type StandStill } from './limits.js';
import { Line } from './line.js';
import { describeWait, type Wait } from './wait.js';

/**
 * How a deployment holds what it holds. `waiting` for nothing more than its own end it is `running`; after it was killed
 * from outside its activity may still be at work, so it keeps slot and router (`settling`); a router that won't say
 * what state it is in keeps its lock but not the tenant's slot (`quarantined`).
 */
export type Hold = 'running' | 'settling' | 'quarantined';

export interface Decision<C> {
  /** To be started now, in this order. */
  readonly start: readonly C[];
  /** When the same question may have another answer without anything else happening. */
  readonly wakeAt?: EpochMs;
}

export type Entry = { readonly kind: 'queued' } | { readonly kind: 'full'; readonly reason: Reason };

/** Characters that a held candidate costs, as JSON without field names. */
const weigh = (candidate: Candidate): number => {
  let characters = 0;
  for (const value of Object.values(candidate))
    characters += typeof value === 'string' ? value.length + 3 : 14;
  return characters;
};

/**
 * Who of one tenant may start, and why the others wait. Holds the queue, the slots and the router locks; does no I/O and
 * reads no clock, so that the gate gets the same answers in replay.
 */
export class Admission<C extends Candidate> {
  readonly #line = new Line<C>();
  readonly #held = new Map<string, { readonly candidate: C; hold: Hold }>();
  readonly #weight: (candidate: C) => number;
  #limits: Limits;
  #rules = NO_HOLDBACKS;
  #slotsUsed = 0;
  #characters = 0;

  constructor(limits: Limits, weight: (candidate: C) => number = weigh) {
    this.#limits = limits;
    this.#weight = weight;
  }

  get limits(): Limits {
    return this.#limits;
  }

  get slotsUsed(): number {
    return this.#slotsUsed;
  }

  get queued(): number {
    return this.#line.length;
  }

  get held(): number {
    return this.#held.size;
  }

  setLimits(limits: Limits): void {
    this.#limits = limits;
  }

  setRules(rules: HoldbackRules): void {
    this.#rules = rules;
    this.#line.setRules(rules);
  }

  /** The waiting candidates in order of arrival. */
  waiting(): Iterable<C> {
    return this.#line;
  }

  holding(): Iterable<{ readonly candidate: C; readonly hold: Hold }> {
    return this.#held.values();
  }

  find(deploymentId: string): C | undefined {
    return this.#line.get(deploymentId) ?? this.#held.get(deploymentId)?.candidate;
  }

  holdOf(deploymentId: string): Hold | undefined {
    return this.#held.get(deploymentId)?.hold;
  }

  /** Queues a candidate, or refuses it when the tenant's queue is full. */
  enter(candidate: C): Entry {
    const room = this.#limits.queueLimit + Math.max(0, this.#limits.cap - this.#slotsUsed);
    const weight = this.#weight(candidate);
    if (this.#line.length >= room)
      return full(
        `the queue holds ${this.#line.length} requests, the tenant's limit is ${this.#limits.queueLimit}`,
      );
    if (this.#characters + weight > HELD_CHARACTERS_LIMIT)
      return full(
        `the queue holds ${this.#characters} characters, the gate's limit is ${HELD_CHARACTERS_LIMIT}`,
      );
    return this.queue(candidate);
  }

  /** Queues a candidate that was accepted before, whatever the limits say now. */
  queue(candidate: C): Entry {
    invariant(!this.#held.has(candidate.deploymentId), `${candidate.deploymentId} holds a slot already`);
    this.#line.push(candidate);
    this.#characters += this.#weight(candidate);
    return { kind: 'queued' };
  }

  /** Changes nothing: asked twice it answers the same. */
  decide(now: EpochMs, standStill?: StandStill): Decision<C> {
    const wakeAt = this.#line.nextEndOfHoldback(now);
    const wake = wakeAt === undefined ? {} : { wakeAt };
    let free = standStill === undefined ? this.#limits.cap - this.#slotsUsed : 0;
    const start: C[] = [];
    if (free <= 0) return { start, ...wake };
    for (const candidate of this.#line.ready(now)) {
      start.push(candidate);
      free -= 1;
      if (free === 0) break;
    }
    return { start, ...wake };
  }

  /** Gives a waiting candidate its slot and its router's locks. */
  admit(deploymentId: string): C {
    const candidate = this.#line.remove(deploymentId);
    this.#characters -= this.#weight(candidate);
    this.hold(candidate, 'running');
    return candidate;
  }

  /** Takes over a deployment that was admitted before, whatever the limits say now. */
  adopt(candidate: C, hold: Hold = 'running'): void {
    if (this.#line.get(candidate.deploymentId) !== undefined) this.cancel(candidate.deploymentId);
    if (!this.#held.has(candidate.deploymentId)) this.hold(candidate, hold);
  }

  /** Keeps slot and router of a deployment that was killed from outside, or only the router once it is quarantined. */
  keep(deploymentId: string, hold: 'settling' | 'quarantined'): void {
    const entry = this.#held.get(deploymentId);
    invariant(entry !== undefined, `${deploymentId} holds nothing`);
    this.#slotsUsed += slots(hold) - slots(entry.hold);
    entry.hold = hold;
  }

  /** Frees slot and router. */
  release(deploymentId: string): C {
    const entry = this.#held.get(deploymentId);
    invariant(entry !== undefined, `${deploymentId} holds nothing`);
    this.#held.delete(deploymentId);
    this.#slotsUsed -= slots(entry.hold);
    this.#characters -= this.#weight(entry.candidate);
    this.#line.unlock(entry.candidate);
    // Another deployment may have been adopted on the same router while this one held it.
    for (const other of this.#held.values()) this.relock(other.candidate, entry.candidate);
    return entry.candidate;
  }

  /** Takes a waiting candidate out of the queue. */
  cancel(deploymentId: string): C {
    const candidate = this.#line.remove(deploymentId);
    this.#characters -= this.#weight(candidate);
    return candidate;
  }

  /** Why waiting candidates do not start; those that are not waiting are left out. */
  explain(deploymentIds: Iterable<string>, now: EpochMs, standStill?: StandStill): ReadonlyMap<string, Wait> {
    const places = this.#line.places();
    const waits = new Map<string, Wait>();
    for (const deploymentId of deploymentIds) {
      const candidate = this.#line.get(deploymentId);
      const place = places.get(deploymentId);
      if (candidate === undefined || place === undefined) continue;
      const blocked = this.#line.blocked(deploymentId);
      const { cap } = this.#limits;
      waits.set(
        deploymentId,
        describeWait({
          standStill,
          blocked,
          place,
          cap,
          slotsUsed: this.#slotsUsed,
          candidate,
          holdback: holdbackOf(candidate, now, this.#rules),
        }),
      );
    }
    return waits;
  }

  private hold(candidate: C, hold: Hold): void {
    this.#held.set(candidate.deploymentId, { candidate, hold });
    this.#slotsUsed += slots(hold);
    this.#characters += this.#weight(candidate);
    this.#line.lock(candidate);
  }

  private relock(holder: C, released: C): void {
    if (holder.routerId === released.routerId || holder.routerIp === released.routerIp)
      this.#line.lock(holder);
  }
}

const slots = (hold: Hold): number => (hold === 'quarantined' ? 0 : 1);

const full = (why: string): Entry => ({
  kind: 'full',
  reason: { code: 'QUEUE_FULL', text: `${why}; send the request again when fewer wait` },
});
