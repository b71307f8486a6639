import type { Producer, TopicMessages } from 'kafkajs';
import { startSendBatch } from './batch-span.js';
import type { KafkaClient } from './connect-kafka.js';
import { byTopic, prepare } from './kafkajs/by-topic.js';
import { chosenPartition, partitionByKey } from './kafkajs/key-partitioner.js';
import { ProduceAnswers } from './kafkajs/produce-answers.js';
import { countWrite, errorType } from './message-metrics.js';
import type { OutgoingRecord } from './records.js';
import { within } from './within.js';

export interface KafkaWriter {
  /**
   * Tries once; not two at a time. Calls `confirmed` with what Kafka has confirmed as soon as it has, each item once. Gives why something
   * is left; undefined where nothing is. What is left may be there all the same, where no answer came.
   */
  write<I extends Item>(items: readonly I[], confirmed: (items: readonly I[]) => void): Promise<unknown>;
  /** For good. Never rejects. */
  close(): Promise<void>;
}

interface Item {
  readonly record: OutgoingRecord;
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
  let closed = false;

  async function write<I extends Item>(
    items: readonly I[],
    confirmed: (items: readonly I[]) => void,
  ): Promise<unknown> {
    const begun = performance.now();
    const span = startSendBatch(items.map(({ record }) => record));
    const written: I[] = [];
    let left = items.map((item) => ({ item, ...prepare(item.record) }));
    const answers = new ProduceAnswers(() => {
      const [more, rest] = divide(left, ({ record, message }) =>
        answers.isConfirmed(record.topic, chosenPartition(message)),
      );
      left = rest;
      written.push(...more.map(({ item }) => item));
      if (more.length > 0) confirmed(more.map(({ item }) => item));
    });
    const err = await send(byTopic(left), answers);
    const fault = left.length === 0 ? undefined : (err ?? notAsked());
    if (fault !== undefined && err === undefined) void abandon(undefined);
    countWrite(performance.now() - begun, written, left, fault === undefined ? undefined : errorType(fault));
    span.end(fault);
    return fault;
  }

  /** Over when every broker that was asked has answered, or time is up. Gives the error where there is one. */
  async function send(topicMessages: TopicMessages[], answers: ProduceAnswers): Promise<unknown> {
    let sending: Promise<unknown> | undefined;
    let begun = performance.now();
    try {
      if (closed) throw new Error('the producer is closed');
      producer ??= connectProducer(client);
      const current = await limited(producer);
      begun = performance.now();
      sending = answers.during(() =>
        current.sendBatch({ acks: -1, timeout: WRITE_TIMEOUT_MS, topicMessages }),
      );
      await limited(sending);
      return undefined;
    } catch (err) {
      await within(Math.max(0, begun + WRITE_TIMEOUT_MS - performance.now()), answers.all());
      void abandon(sending);
      return err;
    }
  }

  /** Twice: when a write ends after its connections have, kafkajs connects once more to see who leads what. */
  async function abandon(sending: Promise<unknown> | undefined): Promise<void> {
    const old = producer;
    producer = undefined;
    await disconnect(old);
    await sending?.catch(() => undefined);
    await disconnect(old);
  }

  async function close(): Promise<void> {
    closed = true;
    await abandon(undefined);
  }

  return { write, close };
}

async function disconnect(producer: Promise<Producer> | undefined): Promise<void> {
  await producer?.then((current) => current.disconnect()).catch(() => undefined);
}

function divide<T>(all: readonly T[], belongs: (one: T) => boolean): [T[], T[]] {
  const [is, isNot]: [T[], T[]] = [[], []];
  for (const one of all) (belongs(one) ? is : isNot).push(one);
  return [is, isNot];
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
