import { errorText, groupBy } from '@vecino/foundation';
import type { Producer } from 'kafkajs';
import { startSendBatch } from './batch-span.js';
import type { KafkaClient } from './connect-kafka.js';
import { createDeferred, type Deferred } from './deferred.js';
import { createOutageLog } from './outage-log.js';
import { byTopic, toOutgoing } from './kafkajs/by-topic.js';
import { chosenPartition, partitionByKey } from './kafkajs/key-partitioner.js';
import { produceFault } from './kafkajs/produce-fault.js';
import { WrittenPartitions } from './kafkajs/written-partitions.js';
import { countSent, errorType } from './message-metrics.js';
import { type QueuedCall, takeNext, type Turn, type WriteLimits } from './next-calls.js';
import { ProduceError } from './produce-error.js';
import { partsWithin, recordBytes } from './record-bytes.js';
import type { OutgoingRecord } from './records.js';
import { within } from './within.js';

export interface BatchProducer {
  /**
   * Resolves when all replicas in sync have all the records, in the given order per partition. Calls that come while
   * one is under way share the next write. Rejects with a `ProduceError`.
   */
  send(records: readonly OutgoingRecord[], options?: { readonly timeoutMs?: number }): Promise<void>;
  /** Why nothing can be written; undefined where the last write went well, or nobody has tried for a minute. */
  fault(): string | undefined;
  /** Within `CLOSE_MS`, whatever Kafka does. */
  close(): Promise<void>;
}

interface Call extends QueuedCall, Deferred<void> {
  /** What Kafka has not confirmed. */
  left: readonly OutgoingRecord[];
  /** By a clock that no one sets. */
  readonly deadline: number;
}

const SEND_TIMEOUT_MS = 10_000;
const ATTEMPT_TIMEOUT_MS = 4_000;
const CLOSE_MS = 5_000;
/** A failed write tells nothing of a later time. */
const FAULT_LASTS_MS = 60_000;
/**
 * A topic that could not be written to stays apart for so long, also where a write goes well: it may be one of its partitions.
 * Longer than it takes until somebody tries again, who may be another process each time.
 */
const APART_MS = 60_000;
/** All of a write may go to one partition, where the broker takes it as one batch of at most 1 MiB. */
const WRITE_LIMITS: WriteLimits = { records: 2_000, bytes: 768 * 1024 };
const OTHER = { apart: 'others', others: 'apart' } as const satisfies Record<Turn['first'], Turn['first']>;
/** Two tries inside kafkajs, which reuse the sequence number; what is beyond is ours, with a new producer. */
const RETRY = { initialRetryTime: 50, maxRetryTime: 500, retries: 2 };

/**
 * Idempotent, acknowledged by all replicas, one write in flight.
 *
 * A failed write ends the kafkajs producer: it takes the sequence numbers back although the broker may have used them,
 * and the next write of as many records would then be acknowledged as a duplicate and lost.
 */
export function createProducer(client: KafkaClient): BatchProducer {
  const outage = createOutageLog(client.logger, 'Kafka (writing)');
  const queue: Call[] = [];
  let producer: Promise<Producer> | undefined;
  let working: Promise<void> | undefined;
  let closed = false;
  /** When topics failed for their own sake. A write that fails takes its tries and a new producer, so what goes there is written apart. */
  const troubled = new Map<string, number>();
  /** Those of them that failed since a write went well. */
  const failing = new Set<string>();
  /** Since the last write that went well. `at` by a clock that no one sets. */
  let failed: { readonly at: number; readonly why: string } | undefined;

  async function send(
    records: readonly OutgoingRecord[],
    { timeoutMs = SEND_TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
  ): Promise<void> {
    const topics = [...groupBy(records, ({ topic }) => topic).values()];
    const parts = topics.flatMap((ofTopic) => partsWithin(WRITE_LIMITS.bytes, ofTopic));
    for (const [index, part] of parts.entries()) {
      try {
        await enqueue(part, timeoutMs);
      } catch (err) {
        const later = parts.slice(index + 1).flat();
        throw later.length > 0 && err instanceof ProduceError ? err.withMoreLeft(later) : err;
      }
    }
  }

  function enqueue(records: readonly OutgoingRecord[], timeoutMs: number): Promise<void> {
    if (closed) return Promise.reject(ProduceError.closed(records));
    const call: Call = {
      topic: records[0]?.topic ?? '',
      left: records,
      records: records.length,
      bytes: records.reduce((sum, record) => sum + recordBytes(record), 0),
      deadline: performance.now() + timeoutMs,
      ...createDeferred(),
    };
    const giveUp = (): void => call.reject(ProduceError.noAnswerWithin(timeoutMs, call.left));
    const timer = setTimeout(giveUp, timeoutMs);
    queue.push(call);
    working ??= work();
    return call.promise.finally(() => clearTimeout(timer));
  }

  /** Never rejects. What is queued in the same tick goes into the same write. */
  async function work(): Promise<void> {
    await Promise.resolve();
    for (let first: Turn['first'] = 'others'; queue.length > 0; first = OTHER[first])
      await writeTogether(takeNext(queue, { first, apart: apart(), limits: WRITE_LIMITS }));
    working = undefined;
  }

  function apart(): ReadonlySet<string> {
    const now = performance.now();
    for (const [topic, at] of troubled) if (now - at > APART_MS) troubled.delete(topic);
    return new Set(troubled.keys());
  }

  /** Leaves out those whose callers have been told that it failed: they may be writing the same again. */
  async function writeTogether(together: readonly Call[]): Promise<void> {
    const now = performance.now();
    const inTime = together.filter(({ deadline }) => deadline > now);
    if (inTime.length === 0) return;
    const err = await write(inTime);
    for (const { left, resolve } of inTime) if (left.length === 0) resolve();
    const calls = inTime.filter(({ left }) => left.length > 0);
    if (calls.length === 0) return;
    const fault = produceFault(err);
    // Whom it concerns shows when they are written apart.
    const parts =
      fault === 'topic' ? [...groupBy(calls, ({ topic }) => topic).values()] : calls.map((call) => [call]);
    if (fault !== 'cluster' && parts.length > 1) {
      for (const part of parts) await writeTogether(part);
      return;
    }
    if (fault === 'topic') setApart(calls, err);
    calls.forEach(({ left, reject }) => reject(ProduceError.of(err, left)));
  }

  function setApart([call]: readonly Call[], err: unknown): void {
    if (call === undefined) return;
    troubled.set(call.topic, performance.now());
    // Where it is several it may well be all.
    if (failing.add(call.topic).size > 1) failed = { at: performance.now(), why: errorText(err) };
  }

  /** Leaves in the calls what Kafka has not confirmed. Gives the fault, or undefined when that is nothing. */
  async function write(calls: readonly Call[]): Promise<unknown> {
    const begun = performance.now();
    const outgoing = calls.flatMap((call) => call.left.map((record) => ({ call, ...toOutgoing(record) })));
    const records = outgoing.map(({ record }) => record);
    const span = startSendBatch(records);
    const written = new WrittenPartitions();
    try {
      producer ??= connectProducer(client);
      const current = await limited(producer);
      const batch = { acks: -1, timeout: ATTEMPT_TIMEOUT_MS, topicMessages: byTopic(outgoing) };
      await limited(written.during(() => current.sendBatch(batch)));
      for (const call of calls) call.left = [];
      outage.succeeded();
      failed = undefined;
      failing.clear();
      countSent(records, performance.now() - begun);
      span.end();
      return undefined;
    } catch (err) {
      if (produceFault(err) === 'cluster') {
        outage.failed(err);
        failed = { at: performance.now(), why: errorText(err) };
      }
      abandon();
      const left = groupBy(
        outgoing.filter(({ record, message }) => !written.has(record.topic, chosenPartition(message))),
        ({ call }) => call,
      );
      for (const call of calls) call.left = (left.get(call) ?? []).map(({ record }) => record);
      countSent(records, performance.now() - begun, errorType(err));
      span.end(err);
      return err;
    }
  }

  function abandon(): void {
    const old = producer;
    producer = undefined;
    void old?.then((current) => current.disconnect()).catch(() => undefined);
  }

  async function close(): Promise<void> {
    closed = true;
    await within(CLOSE_MS / 2, working);
    for (const call of queue.splice(0)) call.reject(ProduceError.closed(call.left));
    const last = producer;
    producer = undefined;
    await within(
      CLOSE_MS / 2,
      last?.then((current) => current.disconnect()),
    );
  }

  function fault(): string | undefined {
    if (failed === undefined || performance.now() - failed.at > FAULT_LASTS_MS) return undefined;
    return `nothing can be written: ${failed.why}`;
  }

  return { send, close, fault };
}

async function connectProducer({ kafka }: KafkaClient): Promise<Producer> {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: partitionByKey,
    retry: RETRY,
  });
  await producer.connect();
  return producer;
}

async function limited<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(ProduceError.noAnswerWithin(ATTEMPT_TIMEOUT_MS)), ATTEMPT_TIMEOUT_MS);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
