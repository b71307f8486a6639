import { topics } from '@vecino/contracts';
import { type Clock, type EpochMs, systemClock } from '@vecino/foundation';
import {
  createBackoff,
  createDeferred,
  createOutageLog,
  type Deferred,
  ensureTopic,
  type KafkaClient,
  openTopicTail,
  type TailRecord,
  type TopicTail,
  within,
} from '@vecino/messaging';
import type { Logger } from '@vecino/telemetry';

export interface Wake {
  readonly tenantId: string;
  readonly state: 'awake' | 'asleep';
}

/** Which tenants have work, as far as the topic has been read. */
export interface WakeFeed {
  /** When each tenant that is awake was last heard of, by this process's clock. */
  awake(): ReadonlyMap<string, EpochMs>;
  /** Called with each record, after `awake` shows it. */
  subscribe(listener: (wake: Wake) => void): () => void;
  /**
   * Resolves when all that was written before this call has been read, however long Kafka stays away. Rejects when the feed
   * is closed before.
   */
  readToEnd(): Promise<void>;
  close(): Promise<void>;
}

export interface FollowWakesDependencies {
  readonly kafka: KafkaClient;
  readonly topicPrefix: string;
  readonly logger: Logger;
  /** Ends the wait for the first read; the promise then rejects with its reason. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

const CLOSE_MS = 5_000;

/** Resolves when the topic has been read to its end, however long Kafka stays away. */
export async function followWakes(deps: FollowWakesDependencies): Promise<WakeFeed> {
  const feed = new Feed(deps);
  const aborted = (): void => void feed.close();
  deps.signal?.addEventListener('abort', aborted, { once: true });
  try {
    await feed.readToEnd();
    return feed;
  } catch (error) {
    deps.signal?.throwIfAborted();
    throw error;
  } finally {
    deps.signal?.removeEventListener('abort', aborted);
  }
}

class Feed implements WakeFeed {
  readonly #kafka: KafkaClient;
  readonly #topicPrefix: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #awake = new Map<string, EpochMs>();
  readonly #listeners = new Set<(wake: Wake) => void>();
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #waiting: Deferred<void>[] = [];
  #tail: TopicTail | undefined;

  constructor({ kafka, topicPrefix, logger, clock = systemClock }: FollowWakesDependencies) {
    this.#kafka = kafka;
    this.#topicPrefix = topicPrefix;
    this.#clock = clock;
    this.#logger = logger;
    this.#running = this.#run();
  }

  awake(): ReadonlyMap<string, EpochMs> {
    return this.#awake;
  }

  subscribe(listener: (wake: Wake) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  readToEnd(): Promise<void> {
    if (this.#stopping.signal.aborted) return Promise.reject(closed());
    const deferred = createDeferred();
    this.#waiting.push(deferred);
    return deferred.promise;
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    // They do not wait for a Kafka that does not answer.
    for (const { reject } of this.#waiting.splice(0)) reject(closed());
    await within(CLOSE_MS, Promise.all([this.#tail?.close(), this.#running]));
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const outage = createOutageLog(this.#logger, 'Kafka (wakes)');
    const backoff = createBackoff();
    while (!signal.aborted) {
      try {
        const tail = (this.#tail ??= await this.#open());
        // Only who asked before this read is answered by it.
        const asked = this.#waiting.length;
        for (const record of await tail.next(asked > 0 ? { waitMs: 0 } : {})) this.#take(record);
        if (tail.atEnd()) for (const { resolve } of this.#waiting.splice(0, asked)) resolve();
        outage.succeeded();
        backoff.reset();
      } catch (err) {
        if (signal.aborted) break;
        outage.failed(err);
        await backoff.wait(signal);
      }
    }
    await this.#tail?.close();
  }

  async #open(): Promise<TopicTail> {
    await ensureTopic(this.#kafka, 'wakes', this.#topicPrefix);
    const wanted = [topics(this.#topicPrefix).wakes];
    return openTopicTail(this.#kafka, { wanted, from: 'beginning', restarted: () => this.#awake.clear() });
  }

  #take({ key, value }: TailRecord): void {
    const tenantId = key?.toString();
    if (!tenantId) return;
    // Last in the map is who was heard of last.
    this.#awake.delete(tenantId);
    if (value !== null) this.#awake.set(tenantId, this.#clock.now());
    for (const listener of this.#listeners)
      listener({ tenantId, state: value === null ? 'asleep' : 'awake' });
  }
}

const closed = (): Error => new Error('the feed of wakes is closed');
