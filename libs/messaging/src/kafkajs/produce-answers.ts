import { AsyncLocalStorage } from 'node:async_hooks';
import Broker from 'kafkajs/src/broker/index.js';
import answers, { type ProduceAnswer } from 'kafkajs/src/protocol/requests/produce/v7/response.js';

const current = new AsyncLocalStorage<ProduceAnswers>();

/**
 * What brokers say of one write. They answer for each partition, and kafkajs throws the first error without what was said of the
 * others, and without waiting for the other brokers. Hears only after `hearProduceAnswers`; of refusals what comes in version 7 of
 * the answer, as from every broker since Kafka 2.1.
 */
export class ProduceAnswers {
  readonly #written = new Set<string>();
  readonly #asked: Promise<unknown>[] = [];
  readonly #heard: () => void;

  /** `heard` is called after each answer. */
  constructor(heard: () => void) {
    this.#heard = heard;
  }

  /** What is heard while `work` writes belongs to this write. */
  during<T>(work: () => Promise<T>): Promise<T> {
    return current.run(this, work);
  }

  ask(answer: Promise<ProduceAnswer>): void {
    this.#asked.push(
      answer.then(
        (heard) => this.hear(heard),
        () => undefined,
      ),
    );
  }

  hear({ topics }: ProduceAnswer): void {
    for (const { topicName, partitions } of topics)
      for (const { partition, errorCode } of partitions)
        if (errorCode === 0) this.#written.add(keyOf(topicName, partition));
    this.#heard();
  }

  /** When each broker that was asked has answered or can answer no more. */
  async all(): Promise<void> {
    await Promise.all(this.#asked);
  }

  /** Whether all replicas in sync have what was meant for it. Where nobody has said so it may be there all the same. */
  isConfirmed(topic: string, partition: number | undefined): boolean {
    return partition !== undefined && this.#written.has(keyOf(topic, partition));
  }
}

const keyOf = (topic: string, partition: number): string => `${topic}/${partition}`;

export function hearProduceAnswers(): void {
  const { produce } = Broker.prototype;
  Broker.prototype.produce = function (this: Broker, request) {
    const answer = produce.call(this, request);
    current.getStore()?.ask(answer);
    return answer;
  };
  const { parse } = answers;
  answers.parse = (answer) => {
    current.getStore()?.hear(answer);
    return parse(answer);
  };
}
