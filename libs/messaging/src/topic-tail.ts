import type { Admin, Cluster } from 'kafkajs';
import type { KafkaClient } from './connect-kafka.js';
import { toSourceRecord } from './kafkajs/from-kafkajs.js';
import { type FetchResponse, isGone, openCluster } from './kafkajs/open-cluster.js';
import type { SourceRecord } from './records.js';
import { within } from './within.js';

export interface TailRecord extends SourceRecord {
  readonly topic: string;
  readonly partition: number;
}

export interface TopicTailOptions {
  /** Which topics are read, also of those that are made later. */
  readonly wanted: (topic: string) => boolean;
  /** Where reading begins in topics that exist when it begins; topics that appear later are read from their first record. */
  readonly from: 'beginning' | 'end';
}

/** Reads topics without a consumer group: nothing is committed, nothing is left behind in Kafka. Not for sharing work. */
export interface TopicTail {
  /**
   * The next records, in order per partition; none when none came within a quarter of a second. Rejects when Kafka
   * cannot be reached: the next call tries again from the same positions.
   */
  next(): Promise<readonly TailRecord[]>;
  /** How many offsets lie between what has been read and the ends of the topics as they are now. */
  behind(): Promise<number>;
  close(): Promise<void>;
}

interface Place {
  readonly topic: string;
  readonly partition: number;
  offset: number;
}

interface Connections {
  readonly admin: Admin;
  readonly cluster: Cluster;
}

const FETCH = { minBytes: 1, maxBytes: 8 * 1024 * 1024, maxWaitTime: 250 };
const MAX_BYTES_PER_PARTITION = 1024 * 1024;
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
  readonly #wanted: (topic: string) => boolean;
  #connections: Promise<Connections> | undefined;
  #places: Place[] = [];
  #lookedAt = 0;

  constructor(client: KafkaClient, { wanted }: TopicTailOptions) {
    this.#client = client;
    this.#wanted = wanted;
  }

  open(from: TopicTailOptions['from']): Promise<void> {
    return this.#connected(({ admin }) => this.#findTopics(admin, from));
  }

  next(): Promise<readonly TailRecord[]> {
    return this.#connected(async (connections) => {
      if (Date.now() - this.#lookedAt >= LOOK_FOR_TOPICS_EVERY_MS)
        await this.#findTopics(connections.admin, 'beginning');
      if (this.#places.length === 0) {
        await new Promise((resolve) => setTimeout(resolve, FETCH.maxWaitTime));
        return [];
      }
      try {
        return await this.#fetch(connections.cluster);
      } catch (err) {
        if (!isGone(err)) throw err;
        await this.#movePlaces(connections.admin);
        return [];
      }
    });
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
    const connections = await closing?.catch(() => undefined);
    await within(
      DISCONNECT_MS,
      Promise.all([connections?.admin.disconnect(), connections?.cluster.disconnect()]),
    );
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
    await connections.admin.connect();
    await connections.cluster.connect();
    await connections.cluster.addMultipleTargetTopics(this.#places.map(({ topic }) => topic));
    return connections;
  }

  async #findTopics(admin: Admin, from: TopicTailOptions['from']): Promise<void> {
    const known = new Set(this.#places.map(({ topic }) => topic));
    const names = (await admin.listTopics()).filter((topic) => this.#wanted(topic) && !known.has(topic));
    for (const topic of names) {
      for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
        this.#places.push({ topic, partition, offset: Number(from === 'end' ? high : low) });
    }
    if (names.length > 0) await (await this.#connections)?.cluster.addMultipleTargetTopics(names);
    this.#lookedAt = Date.now();
  }

  async #fetch(cluster: Cluster): Promise<TailRecord[]> {
    const answers = await Promise.all(
      placesByLeader(cluster, this.#places).map(async ([nodeId, places]) => {
        const broker = await cluster.findBroker({ nodeId });
        return (await broker.fetch({ ...FETCH, topics: fetchTopics(places) })) as FetchResponse;
      }),
    );
    const records: TailRecord[] = [];
    for (const { topicName: topic, partitions } of answers.flatMap(({ responses }) => responses)) {
      for (const { partition, messages } of partitions) {
        const place = this.#placeOf(topic, partition);
        for (const message of messages) {
          const record = toSourceRecord(message);
          // A batch comes whole, also where reading goes on in its middle.
          if (place === undefined || record.offset < place.offset) continue;
          place.offset = record.offset + 1;
          records.push({ topic, partition, ...record });
        }
      }
    }
    return records;
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
      if (!isInside) place.offset = Number(found?.low ?? 0);
    }
  }

  #placeOf(topic: string, partition: number): Place | undefined {
    return this.#places.find((place) => place.topic === topic && place.partition === partition);
  }
}

function placesByLeader(cluster: Cluster, places: readonly Place[]): [string, Place[]][] {
  const byLeader = new Map<string, Place[]>();
  for (const place of places) {
    const [nodeId] = Object.keys(cluster.findLeaderForPartitions(place.topic, [place.partition]));
    if (nodeId === undefined) continue;
    byLeader.set(nodeId, [...(byLeader.get(nodeId) ?? []), place]);
  }
  return [...byLeader];
}

const fetchTopics = (places: readonly Place[]) =>
  places.map(({ topic, partition, offset }) => ({
    topic,
    partitions: [{ partition, fetchOffset: String(offset), maxBytes: MAX_BYTES_PER_PARTITION }],
  }));
