import {
  Admission,
  type HoldbackRules,
  isAhead,
  sourceOf,
  type SourcePosition,
  type StandStill,
} from '@vecino/admission';
import type { DeploymentState, EpochMs, GateState, Reason, WaitCause } from '@vecino/foundation';
import type {
  Explanation,
  StatusChange,
  SubmitBatch,
  SubmitCommand,
  TenantSettings,
} from '../api/gate-protocol.js';
import type { ClosedDeployment, DeadLetterOrder, DeploymentOutcome } from '../api/projector-activities.js';
import { type Carried, EMPTY_CARRIED, heldEntry, type Settling, type TakenItem } from './carried.js';
import { ClosedDeployments } from './closed-deployments.js';
import { type ClosedEntry, closedEntryOf, terminalAgain } from './closed-entry.js';
import { CommandBook } from './command-book.js';
import { commandIdReused, hasDeadLetter, requestIdReused } from './dead-letter-orders.js';
import { DelayedStarts } from './delayed-starts.js';
import { explainDeployment } from './explain.js';
import { pack, unpack } from './packed-item.js';
import { queuedBecause, statusChange, traceOf } from './status-change.js';
import { TENANT_DRAINING } from './removal.js';
import { cancelled, refused } from './terminal.js';

/**
 * Everything a gate knows and every change to it, without Temporal: the workflow drives it live, and a rebuild drives it
 * through the history of a gate that died. Statuses collect in `outbox` in the order in which they must be published.
 */
export class GateBook {
  readonly admission: Admission<TakenItem>;
  readonly outbox: StatusChange[];
  readonly deadLetters: DeadLetterOrder[];
  readonly commands: CommandBook;
  /** False after a rebuild: what it began with may hold deployments that were never started. */
  readonly attached: boolean;
  readonly #runIds = new Map<string, string>();
  protected readonly settling = new Map<string, Settling>();
  readonly #positions: Record<string, SourcePosition>;
  protected readonly closed: ClosedDeployments;
  #settings: TenantSettings;
  /** When those were accepted whose acceptance is told together with what comes of it: that they wait, or start at once. */
  protected readonly untold: Map<string, EpochMs>;
  protected readonly delayed: DelayedStarts;

  constructor(settings: TenantSettings, carried: Carried) {
    this.#settings = settings;
    this.admission = new Admission({ cap: settings.cap, queueLimit: settings.queueLimit });
    this.admission.setRules(rulesOf(settings));
    this.outbox = [...carried.outbox];
    this.deadLetters = [...carried.deadLetters];
    this.commands = new CommandBook(carried.commands);
    this.attached = carried.attached;
    this.#positions = { ...carried.positions };
    this.closed = new ClosedDeployments(carried);
    this.untold = new Map(carried.untold);
    this.delayed = new DelayedStarts(carried.delayed);
    for (const held of carried.held) {
      const item = unpack(held.item);
      this.admission.adopt(item, held.hold);
      if (held.runId !== undefined) this.#runIds.set(item.deploymentId, held.runId);
      if (held.settling !== undefined) this.settling.set(item.deploymentId, held.settling);
    }
    for (const packed of carried.queue) this.admission.queue(unpack(packed));
  }

  get settings(): TenantSettings {
    return this.#settings;
  }

  /** Records that wait to be written to Kafka. */
  get toPublish(): number {
    return this.outbox.length + this.deadLetters.length;
  }

  /** Takes over newer settings; older ones are late arrivals. */
  configure(settings: TenantSettings): void {
    if (settings.revision < this.#settings.revision) return;
    this.#settings = settings;
    this.admission.setLimits({ cap: settings.cap, queueLimit: settings.queueLimit });
    this.admission.setRules(rulesOf(settings));
  }

  /** Nothing waits, runs or is to be published. Routers in quarantine do not count: nobody works on them. */
  get isDone(): boolean {
    const { queued, slotsUsed } = this.admission;
    return queued === 0 && slotsUsed === 0 && this.toPublish === 0;
  }

  /** What a gate must know that the tenant has in this namespace one day, when this one has completed. */
  leftBehind({ quarantined }: { readonly quarantined: boolean }): Carried {
    const { positions, held } = this.toCarried([], false);
    return {
      ...EMPTY_CARRIED,
      attached: false,
      positions,
      held: quarantined ? held.filter(({ hold }) => hold === 'quarantined') : [],
    };
  }

  /** Takes a batch of one source partition. What lies behind the partition's position was taken before. */
  take(batch: SubmitBatch, now: EpochMs): void {
    this.configure(batch.settings);
    const source = sourceOf(batch.topic, batch.partition);
    for (const item of batch.items) {
      if (!isAhead(this.#positions[source], item)) continue;
      this.#positions[source] = { offset: item.offset, timestamp: item.timestamp };
      this.accept({ ...item, topic: batch.topic, partition: batch.partition }, now);
    }
  }

  takeCommand(command: SubmitCommand): void {
    if (this.commands.take(command) === 'id-reused')
      this.deadLetters.push(commandIdReused(this.#settings.tenantId, command));
  }

  /** Cancels a deployment that waits. */
  withdraw(
    { deploymentId, requestedBy }: Pick<SubmitCommand, 'deploymentId' | 'requestedBy'>,
    now: EpochMs,
  ): void {
    const item = this.admission.cancel(deploymentId);
    this.delayed.forget(deploymentId);
    const acceptedAt = this.handOver(deploymentId);
    if (acceptedAt !== undefined) this.report(item, 'ACCEPTED', acceptedAt);
    this.end(item, cancelled('before it was started', requestedBy), now);
  }

  /** Deployments that get a slot now; each holds slot and router from here on. Those that must wait are told why. */
  admit(
    now: EpochMs,
    standStill?: StandStill,
  ): { readonly start: readonly TakenItem[]; readonly wakeAt?: EpochMs } {
    const decision = this.admission.decide(now, standStill);
    for (const item of decision.start) this.admission.admit(item.deploymentId);
    this.tellWaiting(now, standStill);
    return decision;
  }

  /**
   * When a deployment that starts now was accepted, if nobody has been told yet: its workflow then reports both, in order.
   * Undefined where ACCEPTED went out before.
   */
  handOver(deploymentId: string): EpochMs | undefined {
    const acceptedAt = this.untold.get(deploymentId);
    this.untold.delete(deploymentId);
    return acceptedAt;
  }

  /** What made a deployment wait that starts now; to be asked before it is handed over. */
  waitCauseOf(deploymentId: string): WaitCause {
    return this.untold.has(deploymentId) ? 'none' : this.delayed.causeOf(deploymentId);
  }

  started(deploymentId: string, runId: string): void {
    if (this.admission.holdOf(deploymentId) !== undefined) this.#runIds.set(deploymentId, runId);
  }

  /** A deployment that left its router in an unknown state keeps slot and router until the router is known to be at rest. */
  settle(deploymentId: string, closed: ClosedDeployment, until: EpochMs): void {
    this.#runIds.set(deploymentId, closed.runId);
    this.settling.set(deploymentId, { closed, until });
    this.admission.keep(deploymentId, 'settling');
  }

  settlingOf(deploymentId: string): Settling | undefined {
    return this.settling.get(deploymentId);
  }

  /** The terminal of a deployment that ended, as far as it is remembered. */
  terminalOf(deploymentId: string): ClosedEntry | undefined {
    return this.closed.get(deploymentId) ?? this.settling.get(deploymentId)?.terminal;
  }

  /** The router does not say what state it is in: the terminal goes out, the tenant gets its slot back, the router stays locked. */
  quarantine(deploymentId: string, outcome: DeploymentOutcome, now: EpochMs): void {
    const item = this.admission.find(deploymentId);
    if (item === undefined) return;
    this.admission.keep(deploymentId, 'quarantined');
    this.endWith(item, outcome, now);
    const settling = this.settling.get(deploymentId);
    const terminal = this.closed.get(deploymentId);
    if (settling !== undefined && terminal !== undefined)
      this.settling.set(deploymentId, { ...settling, terminal });
  }

  /** The deployment ended: frees slot and router, and reports the one terminal unless a quarantine has done so. */
  close(deploymentId: string, outcome: DeploymentOutcome, now: EpochMs, runId?: string): void {
    if (runId !== undefined) this.#runIds.set(deploymentId, runId);
    if (this.admission.holdOf(deploymentId) === undefined) return;
    const quarantined = this.admission.holdOf(deploymentId) === 'quarantined';
    const item = this.admission.find(deploymentId);
    if (item !== undefined && !quarantined) this.endWith(item, outcome, now);
    this.letGoOf(deploymentId);
  }

  /** Frees slot and router. */
  letGoOf(deploymentId: string): void {
    this.admission.release(deploymentId);
    this.settling.delete(deploymentId);
    this.#runIds.delete(deploymentId);
    this.delayed.forget(deploymentId);
  }

  /** The workflow that has this id works for another request: the id was used again with other content. */
  disown(deploymentId: string): void {
    if (this.admission.holdOf(deploymentId) === undefined) return;
    const item = this.admission.release(deploymentId);
    this.deadLetters.push(requestIdReused(this.#settings.tenantId, item));
    this.commands.deliverAgain(deploymentId);
  }

  /** Forgets published statuses, which are the first of the outbox. */
  published(count: number): void {
    this.outbox.splice(0, count);
  }

  lettersWritten(count: number): void {
    this.deadLetters.splice(0, count);
  }

  explain(deploymentId: string, now: EpochMs, standStill?: StandStill): Explanation {
    return explainDeployment({
      deploymentId,
      wait: this.admission.explain([deploymentId], now, standStill).get(deploymentId),
      hold: this.admission.holdOf(deploymentId),
      runId: this.#runIds.get(deploymentId),
      settling: this.settling.get(deploymentId),
      closed: this.closed.get(deploymentId),
    });
  }

  toCarried(inbox: readonly SubmitBatch[], attached: boolean): Carried {
    const held = [...this.admission.holding()].map(({ candidate, hold }) => {
      const { deploymentId } = candidate;
      return heldEntry(candidate, hold, this.#runIds.get(deploymentId), this.settling.get(deploymentId));
    });
    return {
      version: 1,
      attached,
      queue: [...this.admission.waiting()].map(pack),
      held,
      outbox: [...this.outbox],
      deadLetters: [...this.deadLetters],
      positions: { ...this.#positions },
      ...this.closed.toCarried(),
      untold: [...this.untold],
      ...this.delayed.toCarried(),
      inbox: [...inbox],
      commands: this.commands.toCarried(),
    };
  }

  /** Phases that the deployment could not publish come before its terminal. */
  private endWith(item: TakenItem, outcome: DeploymentOutcome, now: EpochMs): void {
    this.outbox.push(...(outcome.untold ?? []));
    this.end(item, outcome, now);
  }

  private accept(item: TakenItem, now: EpochMs): void {
    const known = this.admission.find(item.deploymentId) ?? this.closed.get(item.deploymentId);
    if (known !== undefined) return this.repeat(item, known.fingerprint, now);
    if (item.refusal !== undefined) return this.end(item, refused(item.refusal, item.refusalDetails), now);
    const refusal = this.enter(item);
    if (refusal !== undefined) return this.end(item, refused(refusal), now);
    this.untold.set(item.deploymentId, now);
  }

  /** Queues a request that is new, or says why it may not. */
  protected enter(item: TakenItem): Reason | undefined {
    if (this.#settings.leaving !== undefined) return TENANT_DRAINING;
    const entry = this.admission.enter(item);
    return entry.kind === 'full' ? entry.reason : undefined;
  }

  /** A second record with the id of a known request: the known state again if it asks for the same, a dead letter if not. */
  private repeat(item: TakenItem, fingerprint: string, now: EpochMs): void {
    if (item.fingerprint !== fingerprint) {
      if (!hasDeadLetter(item)) this.deadLetters.push(requestIdReused(this.#settings.tenantId, item));
      return;
    }
    const closed = this.terminalOf(item.deploymentId);
    if (closed !== undefined)
      this.outbox.push({ ...terminalAgain(this.#settings.tenantId, closed), ...traceOf(item) });
    else this.report(item, this.#runIds.has(item.deploymentId) ? 'STARTED' : 'ACCEPTED', now, AGAIN);
  }

  private tellWaiting(now: EpochMs, standStill: StandStill | undefined): void {
    if (this.untold.size === 0) return;
    for (const [deploymentId, wait] of this.admission.explain(this.untold.keys(), now, standStill)) {
      const item = this.admission.find(deploymentId);
      if (item === undefined) continue;
      this.report(item, 'ACCEPTED', this.handOver(deploymentId) ?? now);
      this.report(item, 'QUEUED', now, queuedBecause(wait));
      this.delayed.told(deploymentId, wait.reason);
    }
  }

  private report(item: TakenItem, state: GateState, now: EpochMs, more: Partial<StatusChange> = {}): void {
    this.outbox.push(this.change(item, state, now, more));
  }

  private end(item: TakenItem, outcome: DeploymentOutcome, now: EpochMs): void {
    const { state, reason, details } = outcome;
    const measured = { requestedAt: item.timestamp, ...outcome.measured };
    const more = { reason, measured, ...(details === undefined ? {} : { details }) };
    const terminal = this.change(item, state, now, more);
    this.outbox.push(terminal);
    this.closed.remember(closedEntryOf(terminal, item.fingerprint));
    this.commands.ended(item.deploymentId);
  }

  private change(
    item: TakenItem,
    state: DeploymentState,
    occurredAt: EpochMs,
    more: Partial<StatusChange>,
  ): StatusChange {
    const runId = this.#runIds.get(item.deploymentId) ?? '';
    return statusChange(this.#settings.tenantId, item, state, occurredAt, { runId, ...more });
  }
}

const AGAIN = { measured: { again: true } } as const;

const rulesOf = ({ stoppedVersions = [] }: TenantSettings): HoldbackRules => ({
  stoppedVersions: new Set(stoppedVersions),
});
