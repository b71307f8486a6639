import type { Admin, Cluster } from 'kafkajs';
import { askingAgain } from './asking-again.js';
import type { KafkaClient } from './connect-kafka.js';
import type { FetchedPartition } from './kafkajs/fetch-committed.js';
import { fetchFromLeaders } from './kafkajs/fetch-from-leaders.js';
import { isGone, openCluster } from './kafkajs/open-cluster.js';
import type { SourceRecord } from './records.js';
import { within } from './within.js';

export interface TailRecord extends SourceRecord {
  readonly topic: string;
  readonly partition: number;
}

export interface TopicTailOptions {
  /** Which topics are read, also of those that are made later: by name, or looked for among all twice a second. */
  readonly wanted: readonly string[] | ((topic: string) => boolean);
  /** Where reading begins in topics that exist when it begins; topics that appear later are read from their first record. */
  readonly from: 'beginning' | 'end';
  /** The topic was cut off or made again: what comes next is from its first record on. */
  readonly restarted?: (topic: string) => void;
}

/**
 * Reads topics without a consumer group: nothing is committed, nothing is left behind in Kafka. Not for sharing work. Of
 * transactions it reads what is committed, and no more than the whole of one comes before `atEnd`.
 */
export interface TopicTail {
  /**
   * The next records, in order per partition; none when none came within `waitMs`, by default a quarter of a second. Rejects
   * when Kafka cannot be reached: the next call tries again from the same positions.
   */
  next(options?: { readonly waitMs?: number }): Promise<readonly TailRecord[]>;
  /**
   * Whether the last `next` went up to the end of everything that is committed in all of the topics it knows, each topic
   * given by name among them. It then does not stand in the middle of a transaction.
   */
  atEnd(): boolean;
  /** Milliseconds since Kafka was asked for the answer by which it last was at the end; infinite before. By a clock that no one sets. */
  ageMs(): number;
  /** Where reading goes on; undefined for what is not read. */
  offsetOf(topic: string, partition: number): number | undefined;
  /** How many offsets lie between what has been read and the ends of the topics as they are now. */
  behind(): Promise<number>;
  close(): Promise<void>;
}

interface Place {
  readonly topic: string;
  readonly partition: number;
  offset: number;
  isAtEnd: boolean;
}

interface TopicBounds {
  readonly topic: string;
  readonly bounds: Awaited<ReturnType<Admin['fetchTopicOffsets']>>;
}

interface Connections {
  readonly admin: Admin;
  readonly cluster: Cluster;
}

const FETCH = { minBytes: 1, maxBytes: 8 * 1024 * 1024 };
const WAIT_MS = 250;
const LOOK_FOR_TOPICS_EVERY_MS = 500;
const DISCONNECT_MS = 2_000;

/** Resolves when the positions from which it reads are fixed. Rejects when Kafka cannot be reached. */
export async function openTopicTail(client: KafkaClient, options: TopicTailOptions): Promise<TopicTail> {
  const tail = new Tail(client, options);
  try {
    await tail.open(options.from);
    return tail;
  } catch (err) {
    await tail.close();
    throw err;
  }
}

class Tail implements TopicTail {
  readonly #client: KafkaClient;
  readonly #wanted: TopicTailOptions['wanted'];
  readonly #restarted: (topic: string) => void;
  /** Those that were read once; one that is gone may come back as another. */
  readonly #seen = new Set<string>();
  #connections: Promise<Connections> | undefined;
  #places: Place[] = [];
  #lookedAt = 0;
  #isAtEnd = false;
  #atEndAt = -Infinity;

  constructor(client: KafkaClient, { wanted, restarted }: TopicTailOptions) {
    this.#client = client;
    this.#wanted = wanted;
    this.#restarted = restarted ?? (() => undefined);
  }

  open(from: TopicTailOptions['from']): Promise<void> {
    return this.#connected(({ admin }) => this.#findTopics(admin, from));
  }

  next({ waitMs = WAIT_MS }: { readonly waitMs?: number } = {}): Promise<readonly TailRecord[]> {
    this.#isAtEnd = false;
    return this.#connected(async (connections) => {
      if (this.#isLookingForTopics() && Date.now() - this.#lookedAt >= LOOK_FOR_TOPICS_EVERY_MS)
        await this.#findTopics(connections.admin, 'beginning');
      if (this.#places.length === 0) {
        await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
        return [];
      }
      try {
        return await this.#fetch(connections.cluster, waitMs);
      } catch (err) {
        if (!isGone(err)) throw err;
        await this.#movePlaces(connections.admin);
        return [];
      }
    });
  }

  atEnd(): boolean {
    return this.#isAtEnd;
  }

  ageMs(): number {
    return performance.now() - this.#atEndAt;
  }

  offsetOf(topic: string, partition: number): number | undefined {
    return this.#placeOf(topic, partition)?.offset;
  }

  behind(): Promise<number> {
    return this.#connected(async ({ admin }) => {
      await this.#findTopics(admin, 'beginning');
      let behind = 0;
      for (const topic of new Set(this.#places.map((place) => place.topic))) {
        for (const { partition, high } of await admin.fetchTopicOffsets(topic))
          behind += Math.max(0, Number(high) - (this.#placeOf(topic, partition)?.offset ?? 0));
      }
      return behind;
    });
  }

  async close(): Promise<void> {
    const closing = this.#connections;
    this.#connections = undefined;
    // Also one that is only being made: where Kafka does not answer, that takes far longer.
    await within(DISCONNECT_MS, closing?.then(disconnect));
  }

  /** After a fault everything is connected anew: kafkajs keeps what it knew of brokers that may have moved. */
  async #connected<T>(use: (connections: Connections) => Promise<T>): Promise<T> {
    try {
      return await use(await (this.#connections ??= this.#connect()));
    } catch (err) {
      await this.close();
      throw err;
    }
  }

  async #connect(): Promise<Connections> {
    const connections = { admin: this.#client.kafka.admin(), cluster: openCluster(this.#client) };
    try {
      await connections.admin.connect();
      await connections.cluster.connect();
      await connections.cluster.addMultipleTargetTopics(this.#places.map(({ topic }) => topic));
      return connections;
    } catch (err) {
      void within(DISCONNECT_MS, disconnect(connections));
      throw err;
    }
  }

  async #findTopics(admin: Admin, from: TopicTailOptions['from']): Promise<void> {
    const known = new Set(this.#places.map(({ topic }) => topic));
    const names = (await admin.listTopics()).filter((topic) => this.#wants(topic) && !known.has(topic));
    for (const { topic, bounds } of await this.#boundsOf(names)) {
      for (const { partition, low, high } of bounds)
        this.#places.push({ topic, partition, offset: Number(from === 'end' ? high : low), isAtEnd: false });
      if (this.#seen.has(topic)) this.#restarted(topic);
      this.#seen.add(topic);
    }
    if (names.length > 0) await (await this.#connections)?.cluster.addMultipleTargetTopics(names);
    this.#lookedAt = Date.now();
  }

  /** Where topics that are not read yet begin and end. */
  async #boundsOf(topics: readonly string[]): Promise<TopicBounds[]> {
    if (topics.length === 0) return [];
    return askingAgain(this.#client, async (admin) => {
      const found: TopicBounds[] = [];
      for (const topic of topics) found.push({ topic, bounds: await admin.fetchTopicOffsets(topic) });
      return found;
    });
  }

  #wants(topic: string): boolean {
    return typeof this.#wanted === 'function' ? this.#wanted(topic) : this.#wanted.includes(topic);
  }

  /** Topics given by name need not be looked for among all others once they are there. */
  #isLookingForTopics(): boolean {
    return (
      typeof this.#wanted === 'function' ||
      this.#wanted.some((name) => !this.#places.some(({ topic }) => topic === name))
    );
  }

  async #fetch(cluster: Cluster, waitMs: number): Promise<TailRecord[]> {
    const askedAt = performance.now();
    for (const place of this.#places) place.isAtEnd = false;
    const answers = await fetchFromLeaders(cluster, this.#places, { ...FETCH, maxWaitTime: waitMs });
    const records = answers.flatMap((fetched) => this.#take(fetched));
    this.#isAtEnd = this.#places.every(({ isAtEnd }) => isAtEnd) && !this.#isMissingTopics();
    if (this.#isAtEnd) this.#atEndAt = askedAt;
    return records;
  }

  #isMissingTopics(): boolean {
    return typeof this.#wanted !== 'function' && this.#isLookingForTopics();
  }

  #take({ topic, partition, records, nextOffset, lastStableOffset }: FetchedPartition): TailRecord[] {
    const place = this.#placeOf(topic, partition);
    if (place === undefined) return [];
    place.offset = nextOffset;
    place.isAtEnd = nextOffset >= lastStableOffset;
    return records.map((record) => ({ topic, partition, ...record }));
  }

  /** To where the topics begin now, for those that were cut off or made again (seen once they are shorter); forgets those that are gone. */
  async #movePlaces(admin: Admin): Promise<void> {
    const topics = new Set(await admin.listTopics());
    this.#places = this.#places.filter(({ topic }) => topics.has(topic));
    for (const place of this.#places) {
      const offsets = await admin.fetchTopicOffsets(place.topic);
      const found = offsets.find(({ partition }) => partition === place.partition);
      const isInside =
        found !== undefined && place.offset >= Number(found.low) && place.offset <= Number(found.high);
      if (isInside) continue;
      place.offset = Number(found?.low ?? 0);
      this.#restarted(place.topic);
    }
  }

  #placeOf(topic: string, partition: number): Place | undefined {
    return this.#places.find((place) => place.topic === topic && place.partition === partition);
  }
}

const disconnect = ({ admin, cluster }: Connections): Promise<unknown> =>
  Promise.all([admin.disconnect(), cluster.disconnect()]);
