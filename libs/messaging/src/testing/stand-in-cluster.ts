import { EventEmitter } from 'node:events';
import { silentLogger } from '@vecino/telemetry';
import type { Producer, ProducerConfig } from 'kafkajs';
import Broker from 'kafkajs/src/broker/index.js';
import Cluster from 'kafkajs/src/cluster/index.js';
import { createLogger } from 'kafkajs/src/loggers/index.js';
import createKafkajsProducer from 'kafkajs/src/producer/index.js';
import { requests } from 'kafkajs/src/protocol/requests/index.js';
import answers, { type ProduceAnswer } from 'kafkajs/src/protocol/requests/produce/v7/response.js';
import type { KafkaClient } from '../connect-kafka.js';
import { repairKafkajs } from '../kafkajs/repair-kafkajs.js';

export const NO_ERROR = 0;
export const UNKNOWN_PARTITION = 3;
export const NOT_LEADER = 6;
export const TOO_LARGE = 10;
export const TOO_FEW_REPLICAS = 19;

/** One question of a producer to one broker. */
export interface Asked {
  readonly broker: number;
  readonly topics: readonly string[];
}

export interface StandInOptions {
  /** Brokers that lead the topic's partitions, by partition. May be changed at any time. */
  readonly leaders: Map<string, readonly number[]>;
  /** Before a broker takes a question. What it throws ends the connection, and nothing is written. */
  readonly before?: (asked: Asked) => Promise<void> | void;
  /** The error code of a partition that a broker leads. */
  readonly refuse?: (topic: string, partition: number) => number;
  /** When a broker has written what it could. What it throws ends the connection before the answer. */
  readonly after?: (asked: Asked) => Promise<void> | void;
}

interface TopicData {
  readonly topic: string;
  readonly partitions: readonly {
    readonly partition: number;
    readonly messages: readonly { readonly value: Buffer | string | null }[];
  }[];
}

const SILENT = createLogger({ level: 0, logCreator: () => () => undefined });

/**
 * Stands in for several brokers, which no test can make refuse or delay one partition at will. kafkajs's own producer, broker client and
 * choice of leaders run on it; connections and metadata are not Kafka's.
 */
export class StandInCluster {
  /** Values by `topic/partition`. */
  readonly written = new Map<string, string[]>();
  /** How often brokers were asked. */
  asked = 0;
  readonly client: KafkaClient;
  readonly #options: StandInOptions;

  constructor(options: StandInOptions) {
    repairKafkajs();
    this.#options = options;
    const kafka = { producer: (config: ProducerConfig) => this.#producer(config) };
    this.client = { kafka, patientKafka: kafka, logger: silentLogger } as unknown as KafkaClient;
  }

  /** All values, in no order over partitions. */
  values(): string[] {
    return [...this.written.values()].flat();
  }

  #producer({ createPartitioner, retry, idempotent }: ProducerConfig): Producer {
    const cluster = new KnownCluster(this.#options.leaders, (nodeId) => this.#broker(nodeId));
    return createKafkajsProducer({
      cluster,
      logger: SILENT,
      createPartitioner,
      retry,
      idempotent,
      instrumentationEmitter: new EventEmitter(),
    });
  }

  #broker(nodeId: number): Broker {
    const send = ({ topicData }: { readonly topicData: readonly TopicData[] }) =>
      this.#answer(nodeId, topicData);
    const broker = new Broker({
      connectionPool: { send, connectionTimeout: 1_000, host: 'stand-in', port: nodeId },
      logger: SILENT,
      nodeId,
    });
    broker.lookupRequest = (_apiKey, definitions) => {
      if (definitions !== requests.Produce) throw new Error('only writes are stood in for');
      return (request) => request;
    };
    return broker;
  }

  async #answer(broker: number, topicData: readonly TopicData[]): Promise<ProduceAnswer> {
    this.asked += 1;
    const asked = { broker, topics: topicData.map(({ topic }) => topic) };
    await this.#options.before?.(asked);
    const topics = topicData.map(({ topic, partitions }) => ({
      topicName: topic,
      partitions: partitions.map(({ partition, messages }) => ({
        partition,
        errorCode: this.#write(
          broker,
          topic,
          partition,
          messages.map(({ value }) => String(value)),
        ),
      })),
    }));
    await this.#options.after?.(asked);
    return answers.parse({ topics });
  }

  #write(broker: number, topic: string, partition: number, values: readonly string[]): number {
    const { leaders, refuse } = this.#options;
    const leader = leaders.get(topic)?.[partition];
    if (leader === undefined) return UNKNOWN_PARTITION;
    if (leader !== broker) return NOT_LEADER;
    const code = refuse?.(topic, partition) ?? NO_ERROR;
    if (code !== NO_ERROR) return code;
    const place = `${topic}/${partition}`;
    this.written.set(place, [...(this.written.get(place) ?? []), ...values]);
    return NO_ERROR;
  }
}

/** A cluster as its client knows it: as it was when it last asked. */
class KnownCluster {
  readonly retry = { retries: 0 };
  readonly targetTopics = new Set<string>();
  readonly findLeaderForPartitions = Cluster.prototype.findLeaderForPartitions;
  readonly #leaders: ReadonlyMap<string, readonly number[]>;
  readonly #connect: (nodeId: number) => Broker;
  readonly #brokers = new Map<number, Broker>();
  #known: ReadonlyMap<string, readonly number[]> = new Map();

  constructor(leaders: ReadonlyMap<string, readonly number[]>, connect: (nodeId: number) => Broker) {
    this.#leaders = leaders;
    this.#connect = connect;
  }

  connect = (): Promise<void> => Promise.resolve();
  disconnect = (): Promise<void> => Promise.resolve();
  isConnected = (): boolean => true;
  removeBroker = (): void => undefined;
  refreshMetadataIfNecessary = (): Promise<void> => Promise.resolve();

  refreshMetadata = (): Promise<void> => {
    this.#known = new Map(this.#leaders);
    return Promise.resolve();
  };

  async addMultipleTargetTopics(topics: readonly string[]): Promise<void> {
    const isNew = topics.some((topic) => !this.targetTopics.has(topic));
    for (const topic of topics) this.targetTopics.add(topic);
    if (isNew) await this.refreshMetadata();
  }

  findTopicPartitionMetadata(topic: string): { readonly partitionId: number; readonly leader: number }[] {
    return (this.#known.get(topic) ?? []).map((leader, partitionId) => ({ partitionId, leader }));
  }

  findBroker({ nodeId }: { readonly nodeId: string }): Promise<Broker> {
    const id = Number(nodeId);
    const broker = this.#brokers.get(id) ?? this.#connect(id);
    this.#brokers.set(id, broker);
    return Promise.resolve(broker);
  }
}
