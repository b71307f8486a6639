import { fetch } from './wire/fetch.js';
import type { KafkaSocket } from './wire/kafka-socket.js';
import type { StoredRecord } from './wire/record-batch.js';

/** What lies in a topic from its beginning on, read again and again; nothing while there is no such topic. */
export class TopicDump<T> {
  readonly #kafka: KafkaSocket;
  readonly #topic: string;
  readonly #keep: (record: StoredRecord) => T | Promise<T>;
  readonly #next: number[];
  readonly records: T[] = [];

  /** Keeps of each record only what `keep` makes of it. */
  constructor(
    kafka: KafkaSocket,
    topic: string,
    partitions: number,
    keep: (record: StoredRecord) => T | Promise<T>,
  ) {
    this.#kafka = kafka;
    this.#topic = topic;
    this.#keep = keep;
    this.#next = Array.from({ length: partitions }, () => 0);
  }

  /** Reads to where the topic ended when it was asked. */
  async read(): Promise<void> {
    let open = this.#next.map((_, partition) => partition);
    while (open.length > 0) {
      const positions = open.map((partition) => ({ partition, offset: this.#next[partition] as number }));
      const answers = await fetch(this.#kafka, this.#topic, positions);
      for (const { partition, records, next } of answers) {
        for (const record of records) this.records.push(await this.#keep(record));
        this.#next[partition] = next;
      }
      open = answers.flatMap(({ partition, end, next }) =>
        end !== undefined && next < end ? [partition] : [],
      );
    }
  }
}
