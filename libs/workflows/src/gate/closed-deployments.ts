import { RecentIds } from '@vecino/admission';
import type { Carried } from './carried.js';
import { type ClosedEntry, wasRefused } from './closed-entry.js';

/** Characters of refused requests that are remembered: a flood of them must not push out what has run. */
export const REFUSED_CHARACTERS = 100_000;

/** The last deployments that ended and, apart from them, the last requests that were refused. */
export class ClosedDeployments {
  readonly #ended: RecentIds<ClosedEntry>;
  readonly #refused: RecentIds<ClosedEntry>;

  constructor({ recent, refused }: Pick<Carried, 'recent' | 'refused'>) {
    this.#ended = new RecentIds(recent);
    this.#refused = new RecentIds(refused, REFUSED_CHARACTERS);
  }

  get(deploymentId: string): ClosedEntry | undefined {
    return this.#ended.get(deploymentId) ?? this.#refused.get(deploymentId);
  }

  remember(closed: ClosedEntry): void {
    (wasRefused(closed) ? this.#refused : this.#ended).remember(closed);
  }

  toCarried(): Pick<Carried, 'recent'> & Required<Pick<Carried, 'refused'>> {
    return { recent: this.#ended.toArray(), refused: this.#refused.toArray() };
  }
}
