import { AsyncLocalStorage } from 'node:async_hooks';
import answers from 'kafkajs/src/protocol/requests/produce/v7/response.js';

const current = new AsyncLocalStorage<WrittenPartitions>();

/**
 * What brokers have confirmed of a write that fails in the end. They answer for each partition, and kafkajs throws the first
 * error without what was said of the others. After `keepWrittenPartitions`, which hears version 7: all brokers since Kafka 2.0.
 */
export class WrittenPartitions {
  readonly #keys = new Set<string>();

  /** What is heard while `work` writes belongs to this write. */
  during<T>(work: () => Promise<T>): Promise<T> {
    return current.run(this, work);
  }

  add(topic: string, partition: number): void {
    this.#keys.add(`${topic}/${partition}`);
  }

  /** Whether all replicas in sync have it. `false` where nobody has said so: it may be there all the same. */
  has(topic: string, partition: number | undefined): boolean {
    return partition !== undefined && this.#keys.has(`${topic}/${partition}`);
  }
}

export function keepWrittenPartitions(): void {
  const { parse } = answers;
  answers.parse = (answer) => {
    const written = current.getStore();
    for (const { topicName, partitions } of answer.topics)
      for (const { partition, errorCode } of partitions)
        if (errorCode === 0) written?.add(topicName, partition);
    return parse(answer);
  };
}
