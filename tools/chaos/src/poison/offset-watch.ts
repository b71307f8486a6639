import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import type { PoisonPlatform } from './poison-platform.js';
import type { SentRecord } from './send-planned.js';

const LOOK_EVERY_MS = 200;

/** How long partitions stood still: the committed offset did not move on though there were records behind it. */
export class OffsetWatch {
  readonly #platform: PoisonPlatform;
  readonly #admin: Admin;
  readonly #waiting: SentRecord[][];
  /** When the first of those that wait came to be the first. */
  readonly #movedAt: number[];
  readonly #stopped = new AbortController();
  #looking: Promise<void> = Promise.resolve();
  #longest: { readonly ms: number; readonly record: SentRecord } | undefined;

  private constructor(platform: PoisonPlatform) {
    this.#platform = platform;
    this.#admin = platform.kafka.kafka.admin();
    this.#waiting = Array.from({ length: platform.partitions }, () => []);
    this.#movedAt = Array.from({ length: platform.partitions }, () => 0);
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

  /** The record at which a partition stood still for longest until now, and for how long. */
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
      // Who is passed just now had held it up until a moment ago.
      const [first] = waiting;
      const ms = first === undefined ? 0 : now - Math.max(first.timestamp, this.#movedAt[partition] ?? 0);
      if (first && ms > (this.#longest?.ms ?? 0)) this.#longest = { ms, record: first };
      const left = waiting.findIndex((record) => record.offset >= Number(offset));
      const passed = left === -1 ? waiting.length : left;
      if (passed > 0) this.#movedAt[partition] = now;
      waiting.splice(0, passed);
    }
  }
}
