import type { Reason, WaitCause } from '@vecino/foundation';

/** Which of those that wait were told to for what the platform owes them, and not for a limit or an order that somebody has set. */
export class DelayedStarts {
  readonly #byPlatform: Set<string>;

  constructor(carried: readonly string[] = []) {
    this.#byPlatform = new Set(carried);
  }

  told(deploymentId: string, { code }: Reason): void {
    if (code === 'GATE_CLOSING' || code === 'STATUS_BACKLOG' || code === 'TENANT_MOVING')
      this.#byPlatform.add(deploymentId);
  }

  /** Of one that was told to wait. */
  causeOf(deploymentId: string): WaitCause {
    return this.#byPlatform.has(deploymentId) ? 'platform' : 'limit';
  }

  forget(deploymentId: string): void {
    this.#byPlatform.delete(deploymentId);
  }

  /** For what is carried on; nothing where there are none. */
  toCarried(): { readonly delayed?: readonly string[] } {
    return this.#byPlatform.size === 0 ? {} : { delayed: [...this.#byPlatform] };
  }
}
