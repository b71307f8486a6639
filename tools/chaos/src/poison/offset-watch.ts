import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import type { PoisonPlatform } from './poison-platform.js';
import type { SentRecord } from './send-planned.js';

const LOOK_EVERY_MS = 200;

/** How long records lay in their partitions before the committed offset had passed them. */
export class OffsetWatch {
  readonly #platform: PoisonPlatform;
  readonly #admin: Admin;
  readonly #waiting: SentRecord[][];
  readonly #stopped = new AbortController();
  #looking: Promise<void> = Promise.resolve();
  #longest: { readonly ms: number; readonly record: SentRecord } | undefined;

  private constructor(platform: PoisonPlatform) {
    this.#platform = platform;
    this.#admin = platform.kafka.kafka.admin();
    this.#waiting = Array.from({ length: platform.partitions }, () => []);
  }

  static async start(platform: PoisonPlatform): Promise<OffsetWatch> {
    const watch = new OffsetWatch(platform);
    await watch.#admin.connect();
    watch.#looking = watch.#lookOn();
    // What fails is told when the watch is stopped.
    watch.#looking.catch(() => undefined);
    return watch;
  }

  expect(sent: readonly SentRecord[]): void {
    for (const record of sent) this.#waiting[record.partition]?.push(record);
  }

  /** The record that waited longest until now, and for how long. */
  get longest(): { readonly ms: number; readonly record: SentRecord } | undefined {
    return this.#longest;
  }

  /** Records that the committed offsets have not passed. */
  get uncommitted(): number {
    return this.#waiting.reduce((sum, { length }) => sum + length, 0);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#looking;
    await this.#admin.disconnect();
  }

  async #lookOn(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await this.#look();
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    const { groupId, names } = this.#platform;
    const [found] = await this.#admin.fetchOffsets({ groupId, topics: [names.requests] });
    const now = Date.now();
    for (const { partition, offset } of found?.partitions ?? []) {
      const waiting = this.#waiting[partition] ?? [];
      // Whoever is first here has waited longest; who is passed just now had waited until a moment ago.
      const [first] = waiting;
      if (first && now - first.timestamp > (this.#longest?.ms ?? 0))
        this.#longest = { ms: now - first.timestamp, record: first };
      const left = waiting.findIndex((record) => record.offset >= Number(offset));
      waiting.splice(0, left === -1 ? waiting.length : left);
    }
  }
}
