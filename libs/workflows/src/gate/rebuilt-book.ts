import { TERMINAL_SEQUENCE } from '@vecino/foundation';
import type { StatusChange } from '../api/gate-protocol.js';
import type { DeadLetterOrder } from '../api/projector-activities.js';
import { sharesRouter, type TakenItem } from './carried.js';
import { closedEntryOf, settlingFrom } from './closed-entry.js';
import { isSameRecord } from './dead-letter-orders.js';
import { GateBook } from './gate-book.js';

/** The book of a gate that died, written again from its history: what that shows as done is done, and nothing is decided anew. */
export class RebuiltBook extends GateBook {
  /** The same for one deployment that an earlier run of the gate admitted. */
  admitted(deploymentId: string): void {
    const item = this.admission.find(deploymentId);
    if (item === undefined) return;
    // That it was admitted proves that a quarantine of its router was over.
    for (const { candidate, hold } of [...this.admission.holding()])
      if (hold === 'quarantined' && sharesRouter(candidate, item)) this.letGoOf(candidate.deploymentId);
    this.admission.adopt(item);
  }

  /** A dead letter that an earlier run of the gate ordered has been written. */
  letterWasWritten(order: DeadLetterOrder): void {
    const at = this.deadLetters.findIndex((other) => isSameRecord(other, order));
    if (at >= 0) this.deadLetters.splice(at, 1);
    this.commands.letterWritten(order);
    const item = this.admission.find(order.deploymentId);
    if (item === undefined || this.admission.holdOf(order.deploymentId) === undefined) return;
    if (!isSameRecord(item, order)) return;
    this.admission.release(order.deploymentId);
    this.delayed.forget(order.deploymentId);
  }

  /**
   * An earlier run of the gate gave this out to be published, and it may have been: what it said is said again, word
   * for word, and a terminal ends the deployment here too.
   */
  wasDecided(change: StatusChange): void {
    const { deploymentId, state, reason } = change;
    this.untold.delete(deploymentId);
    const item = this.admission.find(deploymentId);
    if (state === 'QUEUED' && reason !== undefined && item !== undefined)
      this.delayed.told(deploymentId, reason);
    if (change.sequence !== TERMINAL_SEQUENCE) return;
    this.delayed.forget(deploymentId);
    this.commands.ended(deploymentId);
    const fingerprint = item?.fingerprint ?? this.closed.get(deploymentId)?.fingerprint;
    if (fingerprint === undefined) return;
    if (item !== undefined) this.letGo(item, change);
    this.closed.remember(closedEntryOf(change, fingerprint));
    const others = this.outbox.filter((other) => other.deploymentId !== deploymentId);
    this.outbox.splice(0, this.outbox.length, ...others, change);
  }

  /** What an earlier run of the gate gave out is on the topic. */
  wasPublished(change: StatusChange): void {
    const at = this.outbox.findIndex(
      (other) => other.deploymentId === change.deploymentId && other.sequence === change.sequence,
    );
    if (at >= 0) this.outbox.splice(at, 1);
  }

  private letGo(item: TakenItem, change: StatusChange): void {
    const { deploymentId, workflowId, details } = change;
    if (this.admission.holdOf(deploymentId) === undefined) return void this.admission.cancel(deploymentId);
    if (details?.['router'] !== 'quarantined') return void this.admission.release(deploymentId);
    this.settling.set(deploymentId, settlingFrom(closedEntryOf(change, item.fingerprint), workflowId));
    this.admission.keep(deploymentId, 'quarantined');
  }

  /** It was accepted before: limits that held then have been applied to it. */
  protected override enter(item: TakenItem): undefined {
    this.admission.queue(item);
  }
}
