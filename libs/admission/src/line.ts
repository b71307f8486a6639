import { invariant, type EpochMs } from '@vecino/foundation';
import { locksOf, type Candidate, type Priority } from './candidate.js';
import { endOf, holdbackOf, NO_HOLDBACKS, type HoldbackRules } from './holdback.js';
import { Lane } from './lane.js';
import { SortedArrivals } from './sorted-arrivals.js';

export const PRIORITIES: readonly Priority[] = [1, 2, 3, 4, 5];

/** Why a candidate can't be the next of its router. */
export type Blocked =
  | { readonly by: 'running'; readonly lock: string; readonly holder: string }
  | { readonly by: 'earlier'; readonly lock: string; readonly ahead: number };

/**
 * The queue of one tenant with its router locks.
 *
 * Each lock (a router's id, a router's address) has a lane of arrivals; a candidate is *ready* when it is first in both
 * of its lanes and nobody holds either lock. So two ready candidates never share a router, arrival order per router
 * always wins, and since arrivals are totally ordered the oldest candidate can never be blocked for good.
 * Every operation costs O(log n) or less in the length of the queue, but for removal from the middle of a lane.
 */
export class Line<C extends Candidate> {
  readonly #candidates = new Map<number, C>();
  readonly #arrivals = new Map<string, number>();
  readonly #lanes = new Map<string, Lane>();
  readonly #holders = new Map<string, string>();
  readonly #ready = new Map<Priority, SortedArrivals>(PRIORITIES.map((p) => [p, new SortedArrivals()]));
  readonly #waitingAt = new Map<Priority, number>(PRIORITIES.map((p) => [p, 0]));
  /** Waiting candidates that name a time: none, and nobody need look for the next one. */
  #timed = 0;
  #nextArrival = 0;
  #rules = NO_HOLDBACKS;

  setRules(rules: HoldbackRules): void {
    this.#rules = rules;
  }

  get length(): number {
    return this.#candidates.size;
  }

  get(deploymentId: string): C | undefined {
    const arrival = this.#arrivals.get(deploymentId);
    return arrival === undefined ? undefined : this.#candidates.get(arrival);
  }

  /** In order of arrival. */
  [Symbol.iterator](): Iterator<C> {
    return this.#candidates.values();
  }

  push(candidate: C): void {
    invariant(!this.#arrivals.has(candidate.deploymentId), `${candidate.deploymentId} is queued already`);
    const arrival = this.#nextArrival++;
    this.#candidates.set(arrival, candidate);
    this.#arrivals.set(candidate.deploymentId, arrival);
    this.count(candidate, +1);
    for (const lock of locksOf(candidate)) this.lane(lock).push(arrival);
    this.refresh(arrival);
  }

  /** Takes a candidate out of the queue; whoever stood behind it on its router moves up. */
  remove(deploymentId: string): C {
    const arrival = this.#arrivals.get(deploymentId);
    const candidate = arrival === undefined ? undefined : this.#candidates.get(arrival);
    invariant(arrival !== undefined && candidate !== undefined, `${deploymentId} is not queued`);
    this.#candidates.delete(arrival);
    this.#arrivals.delete(deploymentId);
    this.count(candidate, -1);
    this.readyAt(candidate.priority).remove(arrival);
    for (const lock of locksOf(candidate)) {
      const lane = this.lane(lock);
      lane.remove(arrival);
      if (lane.length === 0) this.#lanes.delete(lock);
      else this.refresh(lane.first as number);
    }
    return candidate;
  }

  /** Locks the candidate's router for it. A lock held by somebody else stays with them: only adopted deployments can meet one. */
  lock(candidate: Candidate): void {
    for (const lock of locksOf(candidate)) {
      if (this.#holders.has(lock)) continue;
      this.#holders.set(lock, candidate.deploymentId);
      const first = this.#lanes.get(lock)?.first;
      if (first !== undefined) this.refresh(first);
    }
  }

  unlock(candidate: Candidate): void {
    for (const lock of locksOf(candidate)) {
      if (this.#holders.get(lock) !== candidate.deploymentId) continue;
      this.#holders.delete(lock);
      const first = this.#lanes.get(lock)?.first;
      if (first !== undefined) this.refresh(first);
    }
  }

  /** The ready candidates by priority, then arrival, but for those that something keeps back. */
  *ready(now: EpochMs): Generator<C> {
    for (const priority of PRIORITIES)
      for (const arrival of this.readyAt(priority)) {
        const candidate = this.#candidates.get(arrival) as C;
        if (holdbackOf(candidate, now, this.#rules) === undefined) yield candidate;
      }
  }

  /** When time ends what keeps a ready candidate back; undefined when nothing waits for that. */
  nextEndOfHoldback(now: EpochMs): EpochMs | undefined {
    if (this.#timed === 0) return undefined;
    let next: EpochMs | undefined;
    for (const priority of PRIORITIES)
      for (const arrival of this.readyAt(priority)) {
        const holdback = holdbackOf(this.#candidates.get(arrival) as C, now, this.#rules);
        const end = holdback && endOf(holdback);
        if (end !== undefined && (next === undefined || end < next)) next = end;
      }
    return next;
  }

  blocked(deploymentId: string): Blocked | undefined {
    const arrival = this.#arrivals.get(deploymentId);
    const candidate = arrival === undefined ? undefined : this.#candidates.get(arrival);
    if (arrival === undefined || candidate === undefined) return undefined;
    const locks = locksOf(candidate);
    for (const lock of locks) {
      const ahead = this.lane(lock).countBefore(arrival);
      if (ahead > 0) return { by: 'earlier', lock, ahead };
    }
    for (const lock of locks) {
      const holder = this.#holders.get(lock);
      if (holder !== undefined) return { by: 'running', lock, holder };
    }
    return undefined;
  }

  /** Places of all that wait, 1 = next, by priority and then arrival. */
  places(): ReadonlyMap<string, number> {
    const next = new Map<Priority, number>();
    let ahead = 0;
    for (const priority of PRIORITIES) {
      next.set(priority, ahead + 1);
      ahead += this.#waitingAt.get(priority) ?? 0;
    }
    const places = new Map<string, number>();
    for (const { deploymentId, priority } of this.#candidates.values()) {
      const place = next.get(priority) as number;
      places.set(deploymentId, place);
      next.set(priority, place + 1);
    }
    return places;
  }

  private refresh(arrival: number): void {
    const candidate = this.#candidates.get(arrival) as C;
    const ready = locksOf(candidate).every(
      (lock) => !this.#holders.has(lock) && this.#lanes.get(lock)?.first === arrival,
    );
    if (ready) this.readyAt(candidate.priority).insert(arrival);
    else this.readyAt(candidate.priority).remove(arrival);
  }

  private lane(lock: string): Lane {
    let lane = this.#lanes.get(lock);
    if (lane === undefined) this.#lanes.set(lock, (lane = new Lane()));
    return lane;
  }

  private readyAt(priority: Priority): SortedArrivals {
    return this.#ready.get(priority) as SortedArrivals;
  }

  private count(candidate: C, by: 1 | -1): void {
    this.#waitingAt.set(candidate.priority, (this.#waitingAt.get(candidate.priority) ?? 0) + by);
    if (candidate.notBefore !== undefined) this.#timed += by;
  }
}
