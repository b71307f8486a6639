import { createBackoff } from './backoff.js';
import type { BatchSpan } from './batch-span.js';
import type { PartitionBatch } from './records.js';
import { type Mark, Watermark } from './watermark.js';

/**
 * Resolves when everything that the batch asks for is durable. Called in the order of the offsets, and again while
 * earlier batches are still being handled: keeping order among what must stay in order is the handler's part.
 * Rejecting starts the partition over, with a new handler, at the first batch that is not done.
 */
export type BatchHandler = (batch: PartitionBatch) => Promise<void>;

/** `signal` is aborted when the partition is taken away, started over or given up: nothing may be sent after that. */
export interface PartitionLease {
  readonly topic: string;
  readonly partition: number;
  readonly signal: AbortSignal;
}

export type OpenPartition = (lease: PartitionLease) => BatchHandler;

export interface SessionOptions {
  readonly topic: string;
  readonly partition: number;
  /** Offset of the first record that will be accepted. */
  readonly from: number;
  readonly open: OpenPartition;
  /** The session before on the same partition: nothing is handled while it still is. */
  readonly after: Promise<void>;
  readonly onProgress: () => void;
  readonly onFault: (err: unknown) => void;
  /** Of each time that a batch is handed to the handler. */
  readonly startSpan?: (batch: PartitionBatch) => BatchSpan;
  /** How long a batch took that is done, or failed and will be begun again. */
  readonly onHandled?: (ms: number, error?: unknown) => void;
}

interface Attempt {
  readonly controller: AbortController;
  readonly handle: BatchHandler;
}

/** One assignment of one partition: from when it is given to this member until it is taken away. */
export class PartitionSession {
  readonly #options: SessionOptions;
  readonly #watermark: Watermark<PartitionBatch>;
  readonly #running = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  readonly #backoff = createBackoff();
  #attempt: Attempt | undefined;
  #records = 0;
  #bytes = 0;
  /** Set by the consumer. */
  committed: number;
  paused = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#watermark = new Watermark(options.from);
    this.committed = options.from;
    void options.after.then(() => this.#startOver());
  }

  accept(batch: PartitionBatch): void {
    this.#records += batch.records.length;
    this.#bytes += batch.bytes;
    const mark = this.#watermark.add(batch, batch.nextOffset);
    if (this.#attempt) this.#handle(this.#attempt, mark);
  }

  get partition(): number {
    return this.#options.partition;
  }

  get done(): number {
    return this.#watermark.done;
  }

  get read(): number {
    return this.#watermark.read;
  }

  /** What is held in memory: batches that the watermark has not passed. */
  get load(): { readonly records: number; readonly bytes: number } {
    return { records: this.#records, bytes: this.#bytes };
  }

  /** Ends the lease; resolves when no handler is running any more. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#attempt?.controller.abort();
    this.#attempt = undefined;
    await this.#options.after;
    await Promise.allSettled([...this.#running]);
  }

  #startOver(): void {
    if (this.#closing.signal.aborted) return;
    const controller = new AbortController();
    const { topic, partition, open } = this.#options;
    const attempt = { controller, handle: open({ topic, partition, signal: controller.signal }) };
    this.#attempt = attempt;
    for (const mark of this.#watermark.unfinished()) this.#handle(attempt, mark);
  }

  #handle(attempt: Attempt, mark: Mark<PartitionBatch>): void {
    const begun = performance.now();
    const span = this.#options.startSpan?.(mark.item);
    const batch = span?.context === undefined ? mark.item : { ...mark.item, span: span.context };
    const running = invoke(attempt.handle, batch)
      .then(
        () => {
          span?.end();
          this.#options.onHandled?.(performance.now() - begun);
          this.#finished(mark);
        },
        (err: unknown) => {
          span?.end(err);
          if (!attempt.controller.signal.aborted) this.#options.onHandled?.(performance.now() - begun, err);
          this.#failed(attempt, err);
        },
      )
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  #finished(mark: Mark<PartitionBatch>): void {
    for (const batch of this.#watermark.finish(mark)) {
      this.#records -= batch.records.length;
      this.#bytes -= batch.bytes;
      this.#backoff.reset();
    }
    this.#options.onProgress();
  }

  #failed(attempt: Attempt, err: unknown): void {
    if (attempt.controller.signal.aborted) return;
    attempt.controller.abort();
    this.#attempt = undefined;
    this.#options.onFault(err);
    void this.#recover();
  }

  async #recover(): Promise<void> {
    await this.#backoff.wait(this.#closing.signal);
    await Promise.allSettled([...this.#running]);
    this.#startOver();
  }
}

/** A handler that throws before its first await is a handler that rejects. */
const invoke = async (handle: BatchHandler, batch: PartitionBatch): Promise<void> => handle(batch);
