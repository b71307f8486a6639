import { setTimeout as sleep } from 'node:timers/promises';
import { errorText, groupBy } from '@vecino/foundation';
import type { KafkaClient } from './connect-kafka.js';
import { createDeferred, type Deferred } from './deferred.js';
import { createKafkaWriter } from './kafka-writer.js';
import { mayPass, produceFault } from './kafkajs/produce-fault.js';
import { type QueuedCall, takeNext, type Turn, type WriteLimits } from './next-calls.js';
import { createOutageLog } from './outage-log.js';
import { ProduceError } from './produce-error.js';
import { partsWithin, recordBytes } from './record-bytes.js';
import type { OutgoingRecord } from './records.js';
import { within } from './within.js';

export interface BatchProducer {
  /**
   * Resolves when all replicas in sync have all the records, in the given order per partition. Calls that come while
   * one is under way share the next write. Rejects with a `ProduceError`, which has what is left: all else of the call is there.
   */
  send(records: readonly OutgoingRecord[], options?: { readonly timeoutMs?: number }): Promise<void>;
  /** Why nothing can be written; undefined where the last write went well, or nobody has tried for a minute. */
  fault(): string | undefined;
  /** Within `CLOSE_MS`, whatever Kafka does. */
  close(): Promise<void>;
}

interface Call extends QueuedCall, Deferred<void> {
  /** What Kafka has not confirmed. */
  left: readonly Item[];
  /** By a clock that no one sets. */
  readonly deadline: number;
}

interface Item {
  readonly call: Call;
  readonly record: OutgoingRecord;
}

const SEND_TIMEOUT_MS = 10_000;
/** What a moment mends, like a leader that has moved, is tried again for so long before the callers hear of it; not for topics apart. */
const TRY_FOR_MS = 500;
const PAUSE_MS = 50;
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

/**
 * Acknowledged by all replicas in sync, one write in flight. Of a write that fails, what is left by the brokers' answers is written
 * again; nothing else is.
 */
export function createProducer(client: KafkaClient): BatchProducer {
  const outage = createOutageLog(client.logger, 'Kafka (writing)');
  const writer = createKafkaWriter(client);
  const queue: Call[] = [];
  let working: Promise<void> | undefined;
  let closed = false;
  /** When topics failed for their own sake. A write that fails takes its time and a new producer, so what goes there is written apart. */
  const troubled = new Map<string, number>();
  /** Those of them that failed since something was written. */
  const failing = new Set<string>();
  /** Since something was written. `at` by a clock that no one sets. */
  let failed: { readonly at: number; readonly why: string } | undefined;

  async function send(
    records: readonly OutgoingRecord[],
    { timeoutMs = SEND_TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
  ): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    const topics = [...groupBy(records, ({ topic }) => topic).values()];
    const parts = topics.flatMap((ofTopic) => partsWithin(WRITE_LIMITS.bytes, ofTopic));
    for (const [index, part] of parts.entries()) {
      try {
        await enqueue(part, deadline, timeoutMs);
      } catch (err) {
        throw err instanceof ProduceError ? err.withMoreLeft(parts.slice(index + 1).flat()) : err;
      }
    }
  }

  function enqueue(records: readonly OutgoingRecord[], deadline: number, timeoutMs: number): Promise<void> {
    if (closed) return Promise.reject(ProduceError.closed(records));
    const call: Call = {
      topic: records[0]?.topic ?? '',
      left: [],
      records: records.length,
      bytes: records.reduce((sum, record) => sum + recordBytes(record), 0),
      deadline,
      ...createDeferred(),
    };
    call.left = records.map((record) => ({ call, record }));
    const giveUp = (): void => call.reject(ProduceError.notConfirmedWithin(timeoutMs, leftOf(call)));
    const timer = setTimeout(giveUp, Math.max(0, deadline - performance.now()));
    queue.push(call);
    working ??= work();
    return call.promise.finally(() => clearTimeout(timer));
  }

  /** Never rejects. What is queued in the same tick goes into the same write. */
  async function work(): Promise<void> {
    await Promise.resolve();
    for (let first: Turn['first'] = 'others'; queue.length > 0; first = OTHER[first])
      await writeTogether(takeNext(queue, { first, apart: apart(), limits: WRITE_LIMITS }), TRY_FOR_MS);
    working = undefined;
  }

  function apart(): ReadonlySet<string> {
    const now = performance.now();
    for (const [topic, at] of troubled) if (now - at > APART_MS) troubled.delete(topic);
    return new Set(troubled.keys());
  }

  async function writeTogether(together: readonly Call[], tryForMs: number): Promise<void> {
    const { calls, fault: err } = await writePatiently(together, tryForMs);
    if (calls.length === 0) return;
    const fault = produceFault(err);
    // Whom it concerns shows when they are written apart.
    const parts =
      fault === 'topic' ? [...groupBy(calls, ({ topic }) => topic).values()] : calls.map((call) => [call]);
    if (fault !== 'cluster' && parts.length > 1) {
      for (const part of parts) await writeTogether(part, 0);
      return;
    }
    if (fault === 'topic') setApart(calls, err);
    calls.forEach((call) => call.reject(ProduceError.of(err, leftOf(call))));
  }

  /**
   * The calls of which something is left in the end, and why; the others are resolved. Leaves out those whose callers have been
   * told that it failed: they may be writing the same again.
   */
  async function writePatiently(
    together: readonly Call[],
    tryForMs: number,
  ): Promise<{ readonly calls: readonly Call[]; readonly fault: unknown }> {
    const begun = performance.now();
    let calls = together.filter(isInTime);
    if (calls.length === 0) return { calls, fault: undefined };
    let wrote = false;
    let fault: unknown;
    for (let tries = 1; calls.length > 0; tries += 1) {
      const items = calls.flatMap(({ left }) => left);
      fault = await writer.write(items, (confirmed) => {
        wrote = true;
        settle(confirmed);
      });
      const isKnown = produceFault(fault) === 'topic' && calls.some(({ topic }) => troubled.has(topic));
      calls = calls.filter(({ left }) => left.length > 0).filter(isInTime);
      if (isKnown || !mayPass(fault) || performance.now() - begun >= tryForMs) break;
      await sleep(tries * PAUSE_MS);
    }
    note(fault, wrote);
    return { calls, fault };
  }

  function settle(confirmed: readonly Item[]): void {
    const gone = new Set(confirmed);
    for (const call of new Set(confirmed.map((item) => item.call))) {
      call.left = call.left.filter((item) => !gone.has(item));
      if (call.left.length === 0) call.resolve();
    }
  }

  function note(fault: unknown, wrote: boolean): void {
    if (wrote) {
      failing.clear();
      failed = undefined;
    }
    if (fault === undefined) return outage.succeeded();
    if (produceFault(fault) !== 'cluster') return;
    outage.failed(fault);
    if (!wrote) failed = { at: performance.now(), why: errorText(fault) };
  }

  function setApart([call]: readonly Call[], err: unknown): void {
    if (call === undefined) return;
    troubled.set(call.topic, performance.now());
    // Where it is several it may well be all.
    if (failing.add(call.topic).size > 1) failed = { at: performance.now(), why: errorText(err) };
  }

  async function close(): Promise<void> {
    closed = true;
    await within(CLOSE_MS / 2, working);
    for (const call of queue.splice(0)) call.reject(ProduceError.closed(leftOf(call)));
    await within(CLOSE_MS / 2, writer.close());
  }

  function fault(): string | undefined {
    if (failed === undefined || performance.now() - failed.at > FAULT_LASTS_MS) return undefined;
    return `nothing can be written: ${failed.why}`;
  }

  return { send, close, fault };
}

const leftOf = ({ left }: Call): OutgoingRecord[] => left.map(({ record }) => record);
const isInTime = ({ deadline }: Call): boolean => deadline > performance.now();
