import type { Producer, TopicMessages } from 'kafkajs';
import { startSendBatch } from './batch-span.js';
import type { KafkaClient } from './connect-kafka.js';
import { byTopic, prepare } from './kafkajs/by-topic.js';
import { chosenPartition, partitionByKey } from './kafkajs/key-partitioner.js';
import { ProduceAnswers } from './kafkajs/produce-answers.js';
import { countWrite, errorType } from './message-metrics.js';
import type { OutgoingRecord } from './records.js';
import { within } from './within.js';

export interface WriteOutcome<I> {
  /** What Kafka has not confirmed, in the given order. It may be there all the same, where no answer came. */
  readonly left: readonly I[];
  /** Why; undefined where nothing is left. */
  readonly fault: unknown;
}

export interface KafkaWriter {
  /** Tries once, and rejects never. Not two at a time. */
  write<I extends { readonly record: OutgoingRecord }>(items: readonly I[]): Promise<WriteOutcome<I>>;
  /** Never rejects. */
  close(): Promise<void>;
}

const WRITE_TIMEOUT_MS = 4_000;
/** No tries inside kafkajs, and so no sequence numbers (docs/adr/0021-writes-by-their-answers.md). */
const ONE_TRY = { idempotent: false, retry: { retries: 0 } };

/**
 * Acknowledged by all replicas in sync. Tells what a write that fails has left, by what each broker has answered for each partition.
 * Such a write ends the kafkajs producer: the next has connections and metadata of its own.
 */
export function createKafkaWriter(client: KafkaClient): KafkaWriter {
  let producer: Promise<Producer> | undefined;

  async function write<I extends { readonly record: OutgoingRecord }>(
    items: readonly I[],
  ): Promise<WriteOutcome<I>> {
    const begun = performance.now();
    const span = startSendBatch(items.map(({ record }) => record));
    const prepared = items.map((item) => ({ item, ...prepare(item.record) }));
    const answers = new ProduceAnswers();
    const err = await send(byTopic(prepared), answers);
    const isLeft = prepared.map(
      ({ record, message }) => !answers.confirm(record.topic, chosenPartition(message)),
    );
    const left = items.filter((_item, index) => isLeft[index]);
    const fault = left.length === 0 ? undefined : (err ?? notAsked());
    if (err !== undefined || fault !== undefined) void close();
    const written = items.filter((_item, index) => !isLeft[index]);
    countWrite(performance.now() - begun, written, left, fault === undefined ? undefined : errorType(fault));
    span.end(fault);
    return { left, fault };
  }

  /** Over when every broker that was asked has answered, or time is up. Gives the error where there is one. */
  async function send(topicMessages: TopicMessages[], answers: ProduceAnswers): Promise<unknown> {
    const begun = performance.now();
    try {
      producer ??= connectProducer(client);
      const current = await limited(producer);
      const batch = { acks: -1, timeout: WRITE_TIMEOUT_MS, topicMessages };
      await limited(answers.during(() => current.sendBatch(batch)));
      return undefined;
    } catch (err) {
      await within(Math.max(0, begun + WRITE_TIMEOUT_MS - performance.now()), answers.all());
      return err;
    }
  }

  async function close(): Promise<void> {
    const old = producer;
    producer = undefined;
    await old?.then((current) => current.disconnect()).catch(() => undefined);
  }

  return { write, close };
}

async function connectProducer({ kafka }: KafkaClient): Promise<Producer> {
  const producer = kafka.producer({
    ...ONE_TRY,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: partitionByKey,
  });
  await producer.connect();
  return producer;
}

async function limited<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    const noAnswer = Object.assign(new Error(`no answer within ${WRITE_TIMEOUT_MS} ms`), {
      code: 'NO_ANSWER',
    });
    timer = setTimeout(() => reject(noAnswer), WRITE_TIMEOUT_MS);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

/** kafkajs leaves out, without a word, what goes to a partition of which it knows nothing. */
const notAsked = (): Error =>
  Object.assign(new Error('a partition is not there'), { type: 'UNKNOWN_TOPIC_OR_PARTITION' });
