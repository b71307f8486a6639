import { CancellationScope, CancelledFailure } from '@temporalio/workflow';
import type { EpochMs, Reason } from '@vecino/foundation';
import type { CancelOrder } from '../api/deployment-messages.js';

/** Stands for a cancel that names no command: one from Temporal itself. */
const FROM_TEMPORAL: CancelOrder = { commandId: 'temporal', requestedBy: 'Temporal' };

/** Orders that are remembered; what comes on top is neither told nor honoured. */
const MAX_ORDERS = 100;

interface Order extends CancelOrder {
  /** Left out where it came in time. */
  readonly late?: string;
  readonly at: EpochMs;
}

/**
 * Takes the orders to cancel a deployment: honours them until the point of no return, and answers them with "too late"
 * from then on. A command that comes twice is answered once.
 */
export class CancelDesk {
  readonly #scope = new CancellationScope({ cancellable: true });
  readonly #tell: (reason: Reason, commandId: string) => void;
  readonly #orders: Order[] = [];
  #orderedAt: EpochMs | undefined;
  #sentAt: EpochMs | undefined;
  #ended = false;

  /** `tell` publishes an answer. To be created in the workflow's root scope, whose cancellation it also hears. */
  constructor(tell: (reason: Reason, commandId: string) => void) {
    this.#tell = tell;
    CancellationScope.current().cancelRequested.catch(() => this.order(FROM_TEMPORAL));
  }

  /** Whether an order came in time. It is honoured unless the work had ended of itself by then. */
  get ordered(): boolean {
    return this.#orders.some(({ late }) => late === undefined);
  }

  /** What became of each order, once it is known how the deployment ended. */
  answers(cancelled: boolean): readonly { commandId: string; answer: string; at: EpochMs }[] {
    return this.#orders.map(({ commandId, requestedBy, late, at }) => {
      const by = requestedBy === undefined ? '' : ` by ${requestedBy}`;
      return { commandId, answer: late ?? (cancelled ? `cancelled${by}` : ENDED), at };
    });
  }

  /** Runs the part of the deployment that can be cancelled. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return this.#scope.run(work);
  }

  order(order: CancelOrder): void {
    const { commandId } = order;
    if (this.#orders.some((other) => other.commandId === commandId)) return;
    if (this.#orders.length === MAX_ORDERS) return;
    const reason = this.tooLate();
    this.#orders.push({ ...order, at: Date.now(), ...(reason === undefined ? {} : { late: reason.text }) });
    if (reason === undefined) return this.#scope.cancel();
    // Where the end is decided its terminal, which is on its way, is the answer.
    if (!this.#ended) this.#tell(reason, commandId);
  }

  /**
   * From here on every order comes too late. Throws where one came before: an activity that completed while it was being
   * cancelled does not throw by itself.
   */
  passPointOfNoReturn(): void {
    if (this.#scope.consideredCancelled) throw new CancelledFailure('cancelled before the reboot was sent');
    this.#orderedAt = Date.now();
  }

  rebootSent(at: EpochMs): void {
    this.#sentAt = at;
  }

  /** How it ended is decided. */
  close(): void {
    this.#ended = true;
  }

  private tooLate(): Reason | undefined {
    const late = (text: string): Reason => ({ code: 'CANCEL_TOO_LATE', text: `too late, ${text}` });
    if (this.#sentAt !== undefined) return late(`reboot sent at ${iso(this.#sentAt)}`);
    if (this.#orderedAt !== undefined) return late(`the reboot is being sent since ${iso(this.#orderedAt)}`);
    if (this.#ended) return { code: 'CANCEL_TOO_LATE', text: ENDED };
    return undefined;
  }
}

const ENDED = 'too late, the deployment has ended';

const iso = (at: EpochMs): string => new Date(at).toISOString();
