/** Entries at the most; the oldest are forgotten first. */
export const RECENT_IDS_LIMIT = 4_000;
/** Characters of ids and remembered values at the most, so that continue-as-new stays far below the payload limit. */
export const RECENT_IDS_CHARACTERS = 300_000;

export interface Remembered {
  readonly deploymentId: string;
  readonly fingerprint: string;
}

const sizeOf = (entry: Remembered): number => JSON.stringify(entry).length;

/** The ids of closed deployments, bounded by count and size, oldest first. */
export class RecentIds<R extends Remembered> {
  readonly #entries = new Map<string, R>();
  readonly #limit: number;
  #characters = 0;

  /** `limit` in characters. */
  constructor(entries: readonly R[] = [], limit = RECENT_IDS_CHARACTERS) {
    this.#limit = limit;
    for (const entry of entries) this.remember(entry);
  }

  get(deploymentId: string): R | undefined {
    return this.#entries.get(deploymentId);
  }

  remember(entry: R): void {
    this.forget(entry.deploymentId);
    this.#entries.set(entry.deploymentId, entry);
    this.#characters += sizeOf(entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= RECENT_IDS_LIMIT && this.#characters <= this.#limit) break;
      this.forget(oldest);
    }
  }

  private forget(deploymentId: string): void {
    const entry = this.#entries.get(deploymentId);
    if (entry === undefined) return;
    this.#entries.delete(deploymentId);
    this.#characters -= sizeOf(entry);
  }

  toArray(): R[] {
    return [...this.#entries.values()];
  }
}
