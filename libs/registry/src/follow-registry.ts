import {
  createBackoff,
  createDeferred,
  createOutageLog,
  ensureTopic,
  type KafkaClient,
  within,
} from '@vecino/messaging';
import { type Logger } from '@vecino/telemetry';
import {
  diff,
  formatRegistryFaults,
  type Registry,
  type RegistryDiff,
  type RegistryFault,
} from '@vecino/tenancy';
import { commitChange } from './change-registry.js';
import { readRegistryFile } from './registry-file.js';
import { type OpenRegistryTopic, openRegistryTopic, registryTopic } from './registry-topic.js';
import { type TopicContents } from './topic-contents.js';

export type RegistryListener = (registry: Registry, change: RegistryDiff) => void;

/** The registry as it is, live. */
export interface RegistryFeed {
  current(): Registry;
  /** Milliseconds since it last knew to have read everything. Grows while Kafka is away; `current` then is the last one known. */
  ageMs(): number;
  /** Grows with each attempt to read on, whether or not it comes to anything. */
  beats(): number;
  /** Told of each change after it is `current`. The diff is empty where nothing changes but revisions. */
  subscribe(listener: RegistryListener): () => void;
  close(): Promise<void>;
}

export interface FollowRegistryOptions {
  readonly kafka: KafkaClient;
  readonly topicPrefix: string;
  readonly logger: Logger;
  /** Ends the waiting for the first read. */
  readonly signal?: AbortSignal;
  /** Path of a registry file: what a registry that nobody has made yet begins with. */
  readonly importFile?: string;
}

/**
 * Resolves when the registry has been read to its end, however long Kafka is away. Rejects with a VecinoError
 * `REGISTRY_UNREADABLE` for a file at fault, before Kafka is asked for anything, and with the signal's reason.
 */
export async function followRegistry(options: FollowRegistryOptions): Promise<RegistryFeed> {
  options.signal?.throwIfAborted();
  const file = options.importFile === undefined ? undefined : readRegistryFile(options.importFile);
  const feed = new Feed(options, file);
  try {
    await feed.open(options.signal);
    return feed;
  } catch (err) {
    await feed.close();
    throw err;
  }
}

const CLOSE_MS = 5_000;
const FIRST_RETRY_MS = 100;
/** Short: who follows must stop working after some seconds without news. */
const LAST_RETRY_MS = 1_000;

type RegistryFile = ReturnType<typeof readRegistryFile>;

class Feed implements RegistryFeed {
  readonly #options: FollowRegistryOptions;
  readonly #file: RegistryFile | undefined;
  readonly #closing = new AbortController();
  readonly #first = createDeferred();
  readonly #listeners = new Set<RegistryListener>();
  readonly #loggedFaults = new Set<string>();
  #registry: Registry | undefined;
  #topic: OpenRegistryTopic | undefined;
  #running: Promise<void> | undefined;
  #hasNews = false;
  #beats = 0;

  constructor(options: FollowRegistryOptions, file: RegistryFile | undefined) {
    this.#options = options;
    this.#file = file;
  }

  async open(signal: AbortSignal | undefined): Promise<void> {
    const abort = (): void => this.#first.reject(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    this.#running = this.#run();
    try {
      await this.#first.promise;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  current(): Registry {
    if (this.#registry === undefined) throw new Error('the registry has not been read yet');
    return this.#registry;
  }

  ageMs(): number {
    return this.#topic?.tail.ageMs() ?? Infinity;
  }

  beats(): number {
    return this.#beats;
  }

  subscribe(listener: RegistryListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await within(CLOSE_MS, Promise.all([this.#topic?.tail.close(), this.#running]));
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    const { logger } = this.#options;
    const { signal } = this.#closing;
    const outage = createOutageLog(logger, 'the registry');
    const backoff = createBackoff(FIRST_RETRY_MS, LAST_RETRY_MS);
    while (!signal.aborted) {
      this.#beats += 1;
      try {
        await this.#step();
        outage.succeeded();
        backoff.reset();
      } catch (err) {
        if (signal.aborted) break;
        outage.failed(err);
        await backoff.wait(signal);
      }
    }
    await this.#topic?.tail.close();
  }

  async #step(): Promise<void> {
    const { kafka, topicPrefix } = this.#options;
    if (this.#topic === undefined) {
      await ensureTopic(kafka, 'tenants', topicPrefix);
      this.#topic = await openRegistryTopic(kafka, topicPrefix);
    }
    const { contents, tail } = this.#topic;
    const records = await tail.next();
    for (const record of records) contents.take(record);
    this.#hasNews ||= records.length > 0;
    // In between, half of a change may have been read.
    if (!tail.atEnd()) return;
    if (contents.isEmpty && this.#registry === undefined && this.#file !== undefined)
      return this.#import(this.#file);
    if (this.#hasNews || this.#registry === undefined) this.#publish(contents);
  }

  async #import(file: RegistryFile): Promise<void> {
    const { kafka, topicPrefix, logger } = this.#options;
    const { registry, diff: change } = await commitChange({
      kafka,
      topicPrefix,
      makesRegistry: true,
      signal: this.#closing.signal,
      // Whoever comes first imports; the others find a registry.
      decide: (_, contents) =>
        contents.isEmpty
          ? {
              kind: 'apply',
              file: file.registry,
              saysPlatformNetworks: file.saysPlatformNetworks,
              missing: 'keep',
            }
          : undefined,
    });
    if (change.added.length > 0)
      logger.info(
        { file: file.registry.source, tenants: registry.tenants.length },
        'registry file imported into the empty registry',
      );
  }

  #publish(contents: TopicContents): void {
    const before = this.#registry;
    const source = registryTopic(this.#options.topicPrefix);
    const registry = contents.assemble(source, before);
    this.#hasNews = false;
    this.#logFaults(registry.faults ?? []);
    this.#registry = registry;
    if (before === undefined) return this.#first.resolve();
    const change = diff(before, registry);
    for (const listener of this.#listeners) this.#tell(listener, registry, change);
  }

  #tell(listener: RegistryListener, registry: Registry, change: RegistryDiff): void {
    try {
      listener(registry, change);
    } catch (err) {
      this.#options.logger.error({ err }, 'a listener of the registry failed');
    }
  }

  #logFaults(faults: readonly RegistryFault[]): void {
    const found = new Set(faults.map((fault) => formatRegistryFaults([fault])));
    for (const text of found)
      if (!this.#loggedFaults.has(text))
        this.#options.logger.error({ fault: text }, 'an entry of the registry is not applied');
    this.#loggedFaults.clear();
    for (const text of found) this.#loggedFaults.add(text);
  }
}
