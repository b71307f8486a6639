import { condition, proxyActivities } from '@temporalio/workflow';
import { PROJECTOR_TASK_QUEUE } from '../api/names.js';
import type { ProjectorActivities } from '../api/projector-activities.js';
import type { GateBook } from './gate-book.js';
import { LETTERS_BATCH, PUBLISH_BATCH } from './gate-limits.js';

// Kafka or the projector may be away for long: nothing is lost while it is, and an attempt costs no history.
const retry = { initialInterval: '100ms', maximumInterval: '5 seconds' } as const;
const { publishStatuses } = proxyActivities<Pick<ProjectorActivities, 'publishStatuses'>>({
  taskQueue: PROJECTOR_TASK_QUEUE,
  startToCloseTimeout: '5 seconds',
  retry,
});
const { writeDeadLetters } = proxyActivities<Pick<ProjectorActivities, 'writeDeadLetters'>>({
  taskQueue: PROJECTOR_TASK_QUEUE,
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '30 seconds',
  retry,
});

/** Publishes the gate's statuses in order, one batch at a time; a status leaves the outbox only when its batch is published. */
export class Publisher {
  readonly #book: GateBook;
  readonly #changed: () => void;
  #paused = false;
  #publishing = 0;

  constructor(book: GateBook, changed: () => void) {
    this.#book = book;
    this.#changed = changed;
  }

  get publishing(): boolean {
    return this.#publishing > 0;
  }

  run(): void {
    void this.publishForever();
    void this.writeLettersForever();
  }

  /** A batch under way goes on; no other follows. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  private async publishForever(): Promise<void> {
    const { tenantId } = this.#book.settings;
    for (;;) {
      await condition(() => !this.#paused && this.#book.outbox.length > 0);
      const changes = this.#book.outbox.slice(0, PUBLISH_BATCH);
      const format = this.#book.settings.statusFormat;
      await this.effect(() => publishStatuses({ tenantId, format, changes }));
      this.#book.published(changes.length);
      this.#changed();
    }
  }

  private async writeLettersForever(): Promise<void> {
    for (;;) {
      await condition(() => !this.#paused && this.#book.deadLetters.length > 0);
      const orders = this.#book.deadLetters.slice(0, LETTERS_BATCH);
      await this.effect(() => writeDeadLetters(orders));
      this.#book.lettersWritten(orders.length);
      this.#changed();
    }
  }

  private async effect(act: () => Promise<void>): Promise<void> {
    this.#publishing += 1;
    try {
      await act();
    } finally {
      this.#publishing -= 1;
    }
  }
}
