import { VecinoError } from '@vecino/foundation';
import type { Producer } from 'kafkajs';
import type { KafkaClient } from './connect-kafka.js';
import { byTopic, prepare } from './kafkajs/by-topic.js';
import { partitionByKey } from './kafkajs/key-partitioner.js';
import { produceFault } from './kafkajs/produce-fault.js';
import { partsWithin } from './record-bytes.js';
import type { OutgoingRecord } from './records.js';
import { within } from './within.js';

/**
 * `FENCED`: somebody else began a transaction under the same id, and nothing of this one is committed, unless its commit had
 * been sent. `NOT_CONFIRMED`: Kafka did not answer as it should. `UNWRITABLE`: Kafka will not take these records.
 */
export type TransactionErrorCode = 'FENCED' | 'NOT_CONFIRMED' | 'UNWRITABLE';

/** Rejects with a VecinoError of `TransactionErrorCode`. */
export interface Transaction {
  /**
   * To one partition. Nobody who reads committed records sees these before `commit`, and then all at once. Gives the offset of
   * the first: where that is where the writer has read to, nobody else has written in between.
   */
  send(records: readonly OutgoingRecord[]): Promise<number>;
  commit(): Promise<void>;
  /** Takes back what is not committed. Never rejects. */
  close(): Promise<void>;
}

/**
 * For how long the broker keeps the transaction of a writer that has died, unless the next writer of its id comes before:
 * until then, readers see nothing that was written to the same partitions after it began.
 */
const TRANSACTION_TIMEOUT_MS = 30_000;
const CLOSE_MS = 2_000;
/** All of a write goes to one broker, which takes it as one batch per partition of at most 1 MiB. */
const MAX_BYTES_PER_WRITE = 768 * 1024;
const RETRY = { initialRetryTime: 50, maxRetryTime: 500, retries: 5 };

/** Begins a transaction and fences every earlier one of the same id: that one's records are taken back, and it can commit no more. */
export async function beginTransaction(client: KafkaClient, transactionalId: string): Promise<Transaction> {
  const producer = client.kafka.producer({
    transactionalId,
    idempotent: true,
    maxInFlightRequests: 1,
    transactionTimeout: TRANSACTION_TIMEOUT_MS,
    allowAutoTopicCreation: false,
    createPartitioner: partitionByKey,
    retry: RETRY,
  });
  try {
    await producer.connect();
    const transaction = await producer.transaction();
    return {
      send: (records) =>
        translated(async () => {
          const offsets: number[] = [];
          for (const part of partsWithin(MAX_BYTES_PER_WRITE, records)) {
            const topicMessages = byTopic(part.map(prepare));
            const [written] = await transaction.sendBatch({ acks: -1, topicMessages });
            offsets.push(Number(written?.baseOffset));
          }
          return offsets[0] ?? NaN;
        }),
      commit: () => translated(() => transaction.commit()),
      close: async () => {
        if (transaction.isActive()) await within(CLOSE_MS, transaction.abort());
        await disconnect(producer);
      },
    };
  } catch (err) {
    await disconnect(producer);
    throw translate(err);
  }
}

const disconnect = (producer: Producer): Promise<void> => within(CLOSE_MS, producer.disconnect());

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (err) {
    throw translate(err);
  }
}

/** What a broker answers to the writer of an older transaction, or to one that comes while an older one is being taken back. */
const FENCED = ['INVALID_PRODUCER_EPOCH', 'INVALID_PRODUCER_ID_MAPPING', 'CONCURRENT_TRANSACTIONS'];
/** PRODUCER_FENCED, which kafkajs does not know. */
const FENCED_BY_CODE = 'Unknown error code 90';

function translate(err: unknown): VecinoError<TransactionErrorCode> {
  for (let cause = err; cause instanceof Error; cause = cause.cause) {
    const { type, message } = cause as Error & { type?: unknown };
    if ((typeof type === 'string' && FENCED.includes(type)) || message.includes(FENCED_BY_CODE))
      return new VecinoError('FENCED', 'another writer began a transaction', {
        disposition: 'retry',
        cause: err,
      });
  }
  if (produceFault(err) === 'records')
    return new VecinoError('UNWRITABLE', 'Kafka refuses the records', {
      disposition: 'terminal',
      cause: err,
    });
  return new VecinoError('NOT_CONFIRMED', 'Kafka did not confirm the transaction', {
    disposition: 'retry',
    cause: err,
  });
}
