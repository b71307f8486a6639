import type { GateItem, TenantSettings } from '@vecino/workflows';
import { nextChunkLength, type WeighedItem } from './next-chunk.js';

/** Hands items to the tenant's gate; resolves when Temporal has them. */
export type SubmitItems = (items: readonly GateItem[], settings: TenantSettings) => Promise<void>;

interface Waiter {
  /** Resolved when so many items have been sent. */
  readonly at: number;
  readonly resolve: () => void;
  readonly reject: (err: unknown) => void;
}

/**
 * One tenant's items of one partition, on their way to its gate strictly one batch after another. What arrives while a
 * batch is under way goes together into the next. Once a batch has failed nothing is sent any more: what lies behind it
 * must not overtake it.
 */
export class TenantLane {
  readonly #submit: SubmitItems;
  #settings: TenantSettings;
  #queue: WeighedItem[] = [];
  #waiters: Waiter[] = [];
  #added = 0;
  #sent = 0;
  #sending = false;
  #failure: { readonly err: unknown } | undefined;

  constructor(submit: SubmitItems, settings: TenantSettings) {
    this.#submit = submit;
    this.#settings = settings;
  }

  /** Resolves when Temporal has all of them. */
  add(items: readonly WeighedItem[], settings: TenantSettings): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure.err as Error);
    for (const item of items) this.#queue.push(item);
    this.#settings = settings;
    this.#added += items.length;
    const sent = new Promise<void>((resolve, reject) => {
      this.#waiters.push({ at: this.#added, resolve, reject });
    });
    if (!this.#sending) void this.#send();
    return sent;
  }

  async #send(): Promise<void> {
    this.#sending = true;
    try {
      while (this.#queue.length > 0) {
        const chunk = this.#queue.splice(0, nextChunkLength(this.#queue, 0));
        await this.#submit(
          chunk.map(({ item }) => item),
          this.#settings,
        );
        this.#sent += chunk.length;
        while (this.#waiters[0] && this.#waiters[0].at <= this.#sent) this.#waiters.shift()?.resolve();
      }
    } catch (err) {
      this.#failure = { err };
      this.#queue = [];
      for (const { reject } of this.#waiters.splice(0)) reject(err);
    } finally {
      this.#sending = false;
    }
  }
}
