import type { Batch, Consumer } from 'kafkajs';
import { createBackoff } from './backoff.js';
import { startProcessBatch } from './batch-span.js';
import type { KafkaClient } from './connect-kafka.js';
import { isCoordinatorStarting } from './coordinator-starting.js';
import { createDeferred } from './deferred.js';
import { toPartitionBatch } from './kafkajs/from-kafkajs.js';
import { countConsumed, countProcessed, errorType } from './message-metrics.js';
import { createOutageLog } from './outage-log.js';
import { type OpenPartition, PartitionSession } from './partition-session.js';
import { ReadingWatch, SILENT_AFTER_MS } from './reading-watch.js';
import { resumeAt, type ResumePoint } from './resume-point.js';
import { within } from './within.js';

export interface BatchConsumerOptions {
  readonly topic: string;
  readonly groupId: string;
  readonly openPartition: OpenPartition;
  /** Per partition: how far reading may be ahead of what is done. */
  readonly maxAheadRecords?: number;
  readonly maxAheadBytes?: number;
  readonly ownership?: OwnershipListener;
}

/** Told what this member owns of the topic, as far as the group lets it know. */
export interface OwnershipListener {
  /** `member` is its name in the group: another one after it was expelled, the same as long as no rebalance went by without it. */
  assigned(member: string, partitions: readonly number[]): void;
  revoked(): void;
  /** The group has answered a sign of life that was sent at `sentAt`, in ms since the Unix epoch: it lasts `SESSION_TIMEOUT_MS`. */
  confirmed(sentAt: number): void;
}

export interface BatchConsumer {
  /** Resolves when the group has been joined for the first time, however long Kafka or the topic stays away; or when stopped before. */
  start(): Promise<void>;
  /**
   * Takes nothing new, finishes what is in hand, commits and leaves the group; gives up what is not done after `drainMs`.
   * Resolves at most 6 s later, whatever Kafka does: what was not committed is delivered again.
   */
  stop(drainMs?: number): Promise<void>;
  /** Partitions assigned to this member. */
  assigned(): readonly number[];
  /** Why nothing is being read; undefined for a member of the group whose fetches come back, also with nothing, also while it may take no more. */
  fault(): string | undefined;
  /** Grows with each sign of life of the client, good or bad. */
  beats(): number;
}

const LOOK_AHEAD = { maxAheadRecords: 20_000, maxAheadBytes: 16 * 1024 * 1024 };
const COMMIT_INTERVAL_MS = 100;
const DRAIN_MS = 10_000;
/** Of each: the last commit, what was in hand and is given up, and leaving the group. */
const LEAVE_MS = 2_000;
const DISCONNECT_MS = 5_000;
/** An answer comes as soon as one record is there; the wait only bounds how often an idle consumer asks. */
const FETCH = {
  minBytes: 1,
  maxWaitTimeInMs: 250,
  maxBytesPerPartition: 1024 * 1024,
  maxBytes: 8 * 1024 * 1024,
};
/** A member that was killed holds its partitions for so long. */
export const SESSION_TIMEOUT_MS = 6_000;
const MEMBERSHIP = { sessionTimeout: SESSION_TIMEOUT_MS, rebalanceTimeout: 20_000, heartbeatInterval: 1_500 };
const REJOIN_WITHIN_MS = 2_000;

/**
 * A member of a consumer group that hands each partition's batches to a handler and commits only behind the contiguous
 * watermark. Batches are taken over as they are fetched and handled in the background, so one slow partition holds up
 * neither the others nor the heartbeat. Whatever happens to Kafka, it comes back by itself.
 */
export function createBatchConsumer(client: KafkaClient, options: BatchConsumerOptions): BatchConsumer {
  return new GroupMember(client, options);
}

class GroupMember implements BatchConsumer {
  readonly #client: KafkaClient;
  readonly #options: BatchConsumerOptions & typeof LOOK_AHEAD;
  readonly #sessions = new Map<number, PartitionSession>();
  readonly #closing = new Map<number, Promise<void>>();
  readonly #resumePoints = new Map<number, ResumePoint>();
  readonly #stopped = new AbortController();
  readonly #joined = createDeferred();
  readonly #backoff = createBackoff(100, REJOIN_WITHIN_MS);
  readonly #kafkaOutage;
  readonly #handlerOutage;
  /** The kafkajs consumer of the moment, joined or not. */
  #current: Consumer | undefined;
  /** The same while it is a member of the group: only then can it pause, resume, commit and seek. */
  #member: Consumer | undefined;
  #assigned: readonly number[] = [];
  #stopping: Promise<void> | undefined;
  readonly #reading = new ReadingWatch();
  #silenceWatch: NodeJS.Timeout | undefined;
  #commitTimer: NodeJS.Timeout | undefined;
  #committing: Promise<void> = Promise.resolve();
  #progress = createDeferred();

  constructor(client: KafkaClient, options: BatchConsumerOptions) {
    this.#client = client;
    this.#options = { ...LOOK_AHEAD, ...options };
    const logger = client.logger.child({ topic: options.topic, group: options.groupId });
    this.#kafkaOutage = createOutageLog(logger, 'Kafka');
    this.#handlerOutage = createOutageLog(logger, 'the handler of a batch');
  }

  start(): Promise<void> {
    void this.#join();
    this.#silenceWatch = setInterval(() => this.#watchSilence(), SILENT_AFTER_MS / 2);
    return this.#joined.promise;
  }

  assigned(): readonly number[] {
    return this.#assigned;
  }

  fault(): string | undefined {
    return this.#reading.fault;
  }

  beats(): number {
    return this.#reading.beats;
  }

  stop(drainMs = DRAIN_MS): Promise<void> {
    return (this.#stopping ??= this.#drainAndLeave(drainMs));
  }

  async #drainAndLeave(drainMs: number): Promise<void> {
    this.#stopped.abort();
    clearInterval(this.#silenceWatch);
    this.#joined.resolve();
    this.#member?.pause([{ topic: this.#options.topic }]);
    await within(drainMs, this.#drained());
    clearTimeout(this.#commitTimer);
    await within(LEAVE_MS, this.#commit());
    this.#revoke();
    await within(LEAVE_MS, Promise.all(this.#closing.values()));
    await within(LEAVE_MS, this.#current?.disconnect());
  }

  #watchSilence(): void {
    const { silence } = this.#reading;
    if (silence !== undefined) this.#kafkaOutage.failed(new Error(silence));
  }

  async #drained(): Promise<void> {
    while ([...this.#sessions.values()].some(({ load }) => load.records > 0)) await this.#progress.promise;
  }

  /** Connects and joins, for as long as it takes. After that kafkajs runs by itself until it crashes. */
  async #join(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      this.#reading.beat();
      const consumer = this.#createConsumer();
      this.#current = consumer;
      try {
        await consumer.connect();
        await consumer.subscribe({ topic: this.#options.topic, fromBeginning: true });
        if (this.#stopped.signal.aborted) return await consumer.disconnect();
        await consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          eachBatch: ({ batch, isRunning, isStale, resolveOffset }) => {
            if (!isRunning() || isStale() || this.#member !== consumer) return Promise.resolve();
            if (this.#take(consumer, batch)) resolveOffset(batch.lastOffset());
            return Promise.resolve();
          },
        });
        return;
      } catch (err) {
        this.#kafkaOutage.failed(err);
        await within(DISCONNECT_MS, consumer.disconnect());
        await this.#backoff.wait(this.#stopped.signal);
      }
    }
  }

  #createConsumer(): Consumer {
    const consumer = this.#client.patientKafka.consumer({
      groupId: this.#options.groupId,
      ...FETCH,
      ...MEMBERSHIP,
      allowAutoTopicCreation: false,
      retry: { restartOnFailure: () => Promise.resolve(false) },
    });
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      if (this.#stopped.signal.aborted) return;
      this.#member = consumer;
      this.#reading.joined();
      this.#revoke();
      this.#assigned = (payload.memberAssignment[this.#options.topic] ?? []).toSorted((a, b) => a - b);
      this.#options.ownership?.assigned(payload.memberId, this.#assigned);
      this.#backoff.reset();
      this.#kafkaOutage.succeeded();
      this.#joined.resolve();
    });
    consumer.on(consumer.events.FETCH, () => {
      this.#reading.fetched();
      this.#kafkaOutage.succeeded();
    });
    consumer.on(consumer.events.REQUEST_TIMEOUT, () => this.#reading.beat());
    consumer.on(consumer.events.REBALANCING, () => this.#revoke());
    this.#watchSignsOfLife(consumer);
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (this.#current !== consumer || this.#stopped.signal.aborted) return;
      if (isCoordinatorStarting(payload.error))
        this.#client.logger.debug({ err: payload.error }, 'not joined yet');
      else this.#kafkaOutage.failed(payload.error);
      this.#member = undefined;
      this.#reading.left(payload.error);
      this.#revoke();
      void this.#backoff.wait(this.#stopped.signal).then(() => this.#join());
    });
    return consumer;
  }

  /** The answer may be read long after it came: what counts is when the question was sent. */
  #watchSignsOfLife(consumer: Consumer): void {
    const { ownership } = this.#options;
    if (!ownership) return;
    let sentAt: number | undefined;
    consumer.on(consumer.events.REQUEST, ({ payload }) => {
      if (payload.apiName === 'Heartbeat') sentAt = payload.sentAt;
    });
    consumer.on(consumer.events.HEARTBEAT, () => {
      if (sentAt !== undefined && this.#member === consumer) ownership.confirmed(sentAt);
    });
  }

  /** Whether the batch was taken over; if not, it will be read again. */
  #take(consumer: Consumer, batch: Batch): boolean {
    const { topic } = this.#options;
    const { partition } = batch;
    const session = this.#sessions.get(partition) ?? this.#openSession(consumer, batch);
    if (!session) return false;
    session.accept(toPartitionBatch(batch));
    countConsumed(this.#options, partition, batch.messages.length);
    if (!session.paused && this.#isFull(session, 1)) {
      session.paused = true;
      consumer.pause([{ topic, partitions: [partition] }]);
    }
    return true;
  }

  #openSession(consumer: Consumer, batch: Batch): PartitionSession | undefined {
    const { topic, openPartition } = this.#options;
    const { partition } = batch;
    const from = fetchedOffset(batch);
    const rewindTo = resumeAt(this.#resumePoints.get(partition), from);
    this.#resumePoints.delete(partition);
    if (rewindTo !== undefined) {
      consumer.seek({ topic, partition, offset: String(rewindTo) });
      return undefined;
    }
    const session = new PartitionSession({
      topic,
      partition,
      from,
      open: openPartition,
      after: this.#closing.get(partition) ?? Promise.resolve(),
      onProgress: () => this.#progressed(session),
      onFault: (err) => this.#handlerOutage.failed(err, { partition }),
      startSpan: (batch) => startProcessBatch(this.#options, batch),
      onHandled: (ms, error) =>
        countProcessed(this.#options, ms, error === undefined ? undefined : errorType(error)),
    });
    this.#sessions.set(partition, session);
    return session;
  }

  #progressed(session: PartitionSession): void {
    if (this.#sessions.get(session.partition) !== session) return;
    this.#handlerOutage.succeeded();
    if (session.paused && !this.#isFull(session, 0.5) && !this.#stopped.signal.aborted) this.#resume(session);
    if (session.done !== session.committed)
      this.#commitTimer ??= setTimeout(() => this.#commitSoon(), COMMIT_INTERVAL_MS);
    this.#progress.resolve();
    this.#progress = createDeferred();
  }

  #isFull({ load }: PartitionSession, share: number): boolean {
    const { maxAheadRecords, maxAheadBytes } = this.#options;
    return load.records > maxAheadRecords * share || load.bytes > maxAheadBytes * share;
  }

  #resume(session: PartitionSession): void {
    session.paused = false;
    this.#member?.resume([{ topic: this.#options.topic, partitions: [session.partition] }]);
  }

  #commitSoon(): void {
    this.#commitTimer = undefined;
    this.#committing = this.#committing.then(() => this.#commit());
  }

  /** Never rejects: what could not be committed is committed with the next progress, or handled again by the next owner. */
  async #commit(): Promise<void> {
    const due = [...this.#sessions.values()].filter(({ done, committed }) => done !== committed);
    if (due.length === 0 || !this.#member) return;
    const marks = due.map((session) => ({ session, done: session.done }));
    const { topic } = this.#options;
    try {
      await this.#member.commitOffsets(
        marks.map(({ session, done }) => ({ topic, partition: session.partition, offset: String(done) })),
      );
      for (const { session, done } of marks) session.committed = done;
    } catch (err) {
      this.#client.logger.debug({ err, topic }, 'offsets not committed');
      if (!this.#stopped.signal.aborted)
        this.#commitTimer ??= setTimeout(() => this.#commitSoon(), COMMIT_INTERVAL_MS);
    }
  }

  /** Ends all sessions: their partitions may belong to somebody else from now on. */
  #revoke(): void {
    clearTimeout(this.#commitTimer);
    this.#commitTimer = undefined;
    for (const [partition, session] of this.#sessions) {
      if (session.paused) this.#resume(session);
      if (session.done !== session.read) {
        this.#resumePoints.set(partition, { done: session.done, read: session.read });
      }
      const closed = session.close().finally(() => {
        if (this.#closing.get(partition) === closed) this.#closing.delete(partition);
      });
      this.#closing.set(partition, closed);
    }
    this.#sessions.clear();
    this.#assigned = [];
    this.#options.ownership?.revoked();
  }
}

/** Not in kafkajs's types: the offset that was asked for; the first record may lie behind it. */
const fetchedOffset = (batch: Batch): number =>
  Number((batch as Batch & { fetchedOffset?: string }).fetchedOffset ?? batch.firstOffset());
