import {
  allHandlersFinished,
  condition,
  log,
  makeContinueAsNewFunc,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { StandStill } from '@vecino/admission';
import { type EpochMs, LATE_SENDS_MS } from '@vecino/foundation';
import type {
  Explanation,
  GateInput,
  GateReport,
  GateResult,
  GateTuning,
  SubmitBatch,
} from '../api/gate-protocol.js';
import type { ClosedDeployment } from '../api/projector-activities.js';
import { Adoption } from './adoption.js';
import type { Carried } from './carried.js';
import { CommandCourier } from './command-courier.js';
import { DeploymentStarter } from './deployment-starter.js';
import { SETTLE_MS } from './deployment-timeout.js';
import type { GateBook } from './gate-book.js';
import { answerCommands } from './gate-commands.js';
import type { GateInbox } from './gate-inbox.js';
import {
  CARRIED_BYTES_LIMIT,
  CLOSING_PUBLISH_GRACE_MS,
  OUTBOX_LIMIT,
  RUN_EVENTS_LIMIT,
  RUN_HISTORY_BYTES_LIMIT,
  RUN_SIGNALS_LIMIT,
} from './gate-limits.js';
import { reportOn } from './gate-report.js';
import { itemLogFields } from './item-log-fields.js';
import { Publisher } from './publisher.js';
import { cancelAll } from './removal.js';
import { RouterCare } from './router-care.js';
import { releaseOf, terminalOf } from './terminal.js';
import type { TenantGateWorkflow } from './tenant-gate-workflow.js';

/** A gate that knows its state: takes in what comes, starts what may start, and hears how each deployment ended. */
export class OpenGate {
  readonly #book: GateBook;
  readonly #inbox: GateInbox;
  readonly #tuning: GateTuning;
  /** On which this run was started. Not `workflowInfo().taskQueue`: that is the worker's, and another one in replay. */
  readonly #taskQueue: string;
  readonly #namespace: string;
  readonly #publisher: Publisher;
  readonly #adoption: Adoption;
  readonly #starter: DeploymentStarter;
  readonly #courier: CommandCourier;
  readonly #care: RouterCare;
  #closing = false;
  /** Until when a gate that was moved away takes in what still comes. */
  #leaseUntil: EpochMs | undefined;
  #dirty = true;
  #wakeAt = Infinity;

  constructor(input: Omit<GateInput, 'carried'>, book: GateBook, inbox: GateInbox) {
    this.#book = book;
    this.#inbox = inbox;
    this.#tuning = input.tuning ?? {};
    this.#taskQueue = input.settings.taskQueue;
    this.#namespace = input.namespace ?? workflowInfo().namespace;
    const changed = () => this.changed();
    const closed = (id: string, how: ClosedDeployment) => this.closed(id, how);
    const adopt = (id: string) => this.#adoption.add(id);
    this.#publisher = new Publisher(book, changed);
    this.#adoption = new Adoption(book.settings.tenantId, closed);
    this.#starter = new DeploymentStarter(book, { closed, adopt, changed });
    this.#courier = new CommandCourier(book, this.#starter, changed);
    this.#care = new RouterCare(book, this.#tuning, changed);
  }

  /** Whether anything happened since the last step. */
  get dirty(): boolean {
    return this.#dirty;
  }

  changed(): void {
    this.#dirty = true;
  }

  explain(deploymentId: string): Explanation {
    return this.#book.explain(deploymentId, Date.now(), this.standStill());
  }

  report(): GateReport {
    const standStill = this.standStill();
    return reportOn(this.#book, { ready: true, hasTakenAll: this.#inbox.isEmpty, standStill });
  }

  /** Takes up what an earlier run had under way. */
  attach(): void {
    const { admission, attached } = this.#book;
    // The run that died may have been asking a quarantined router: what it sent must have arrived first.
    const notBefore = attached ? 0 : Date.now() + this.settleMs;
    for (const { candidate, hold } of [...admission.holding()]) {
      const id = candidate.deploymentId;
      if (hold !== 'running') void this.#care.take(id, notBefore);
      // After a rebuild nobody knows whether the child was ever created: ask for it again, and adopt it when it is there.
      else if (attached) this.#adoption.add(id);
      else this.#starter.start(candidate);
    }
    this.#publisher.run();
    this.#adoption.run();
  }

  /**
   * Takes in what arrived, starts what may start, and sees to being woken when time alone changes the answer. Returns the
   * gate's result once it has nothing to do in this namespace any more.
   */
  step(): GateResult | undefined {
    this.#dirty = false;
    const now = Date.now();
    while (this.#book.toPublish < OUTBOX_LIMIT && this.#inbox.batches.length > 0)
      this.#book.take(this.#inbox.batches.shift() as SubmitBatch, now);
    this.takeCommands();
    if (this.#book.settings.leaving === 'cancel') cancelAll(this.#book, now, OUTBOX_LIMIT);
    this.keepLease(now);
    this.answerCommands(now);
    this.#courier.deliver();
    const { start, wakeAt } = this.#book.admit(now, this.standStill());
    for (const item of start) this.#starter.start(item);
    if (wakeAt !== undefined && wakeAt < this.#wakeAt) this.wake(wakeAt, now);
    return this.result();
  }

  /** Whether this run is to end now, and the gate to go on in another. */
  mustClose(): boolean {
    const info = workflowInfo();
    const due =
      info.continueAsNewSuggested ||
      info.historyLength >= (this.#tuning.runEvents ?? RUN_EVENTS_LIMIT) ||
      info.historySize >= RUN_HISTORY_BYTES_LIMIT ||
      this.#inbox.signals >= RUN_SIGNALS_LIMIT ||
      (this.isHome && this.#taskQueue !== this.#book.settings.taskQueue);
    // What can't be carried yet must drain first; ingest holds back a tenant whose gate grows without progress.
    if (due && this.fitsToCarry()) return this.leavesNobodyAsking();
    if (this.isHome) this.#care.resume();
    return false;
  }

  /**
   * Continues as new with deployments in flight: no new starts, every start resolved, a publish under way given a
   * moment. Returns only where so much arrived meanwhile that it can't be carried: then it has to drain first.
   */
  async close(): Promise<void> {
    this.#closing = true;
    await condition(() => this.#starter.starting === 0 && this.#care.asking === 0 && allHandlersFinished());
    this.#publisher.pause();
    await condition(() => !this.#publisher.publishing, CLOSING_PUBLISH_GRACE_MS);
    if (!this.fitsToCarry()) {
      this.#closing = false;
      this.#publisher.resume();
      this.#care.resume();
      this.#dirty = true;
      return;
    }
    // A gate that was moved away stays where its worker is; `settings` name the queue of the new one.
    const taskQueue = this.isHome ? this.#book.settings.taskQueue : this.#taskQueue;
    const settings = { ...this.#book.settings, taskQueue };
    const namespace = this.#namespace;
    const carried = this.carry();
    const continueAsNew = makeContinueAsNewFunc<typeof TenantGateWorkflow>({ taskQueue });
    await continueAsNew({ settings, namespace, carried, tuning: this.#tuning });
  }

  /** Set when the gate is to complete: its tenant is gone, or has moved and nothing comes to this one any more. */
  private result(): GateResult | undefined {
    const { settings, admission, toPublish, isDone, commands } = this.#book;
    const { leaving, moved, revision } = settings;
    const atRest =
      this.#inbox.isEmpty &&
      toPublish === 0 &&
      admission.slotsUsed === 0 &&
      !this.#publisher.publishing &&
      this.#care.asking === 0;
    if (!atRest) return undefined;
    const completed = { epoch: moved?.epoch ?? 0, revision };
    if (!this.isHome) {
      if (Date.now() < (this.#leaseUntil ?? Infinity)) return undefined;
      return { kind: 'moved', ...completed, left: this.#book.leftBehind({ quarantined: false }) };
    }
    if (leaving === undefined || !isDone || commands.open > 0) return undefined;
    return { kind: 'retired', ...completed, left: this.#book.leftBehind({ quarantined: true }) };
  }

  /** Whether this is the namespace in which the tenant's gate is to be. */
  private get isHome(): boolean {
    const { namespace } = this.#book.settings;
    return namespace === undefined || namespace === this.#namespace;
  }

  /** A gate that was moved away stays for the length of the lease; one whose tenant came back goes on. */
  private keepLease(now: EpochMs): void {
    if (this.isHome) this.#leaseUntil = undefined;
    else {
      // Who still settles must be asked, or never gives its slot back; quarantined routers are the next gate's.
      if (this.#book.admission.slotsUsed === 0) this.#care.pause();
      if (this.#leaseUntil !== undefined) return;
      this.#leaseUntil = now + (this.#tuning.moveLeaseMs ?? LATE_SENDS_MS);
      this.wake(this.#leaseUntil, now);
    }
  }

  private takeCommands(): void {
    for (const command of this.#inbox.commands.splice(0)) this.#book.takeCommand(command);
  }

  private answerCommands(now: EpochMs): void {
    const caughtUp = this.#inbox.batches.length === 0 && this.#book.toPublish < OUTBOX_LIMIT;
    const unlocked = answerCommands(this.#book, now, caughtUp, (id) => this.#care.isAsking(id));
    for (const { command, item } of unlocked)
      log.warn('router unlocked by hand', {
        ...itemLogFields(command.deploymentId, item),
        requestedBy: command.requestedBy,
      });
  }

  private get settleMs(): number {
    return this.#tuning.settleMs ?? SETTLE_MS;
  }

  private wake(at: number, now: number): void {
    this.#wakeAt = at;
    void sleep(Math.max(1, at - now)).then(() => {
      if (this.#wakeAt === at) this.#wakeAt = Infinity;
      this.#dirty = true;
    });
  }

  private standStill(): StandStill | undefined {
    const { moving, platformPaused, paused } = this.#book.settings;
    if (this.#closing) return { code: 'GATE_CLOSING' };
    if (moving !== undefined || !this.isHome) return { code: 'TENANT_MOVING' };
    if (platformPaused !== undefined) return { code: 'PLATFORM_PAUSED', note: platformPaused };
    if (paused) return { code: 'TENANT_PAUSED' };
    if (this.#book.toPublish >= OUTBOX_LIMIT) return { code: 'STATUS_BACKLOG' };
    return undefined;
  }

  private closed(deploymentId: string, closed: ClosedDeployment): void {
    const now = Date.now();
    const item = this.#book.admission.find(deploymentId);
    this.#dirty = true;
    if (item === undefined) return;
    if (closed.kind === 'never-ran') {
      this.#book.commands.deliverAgain(deploymentId);
      return this.#starter.start(item, { again: true });
    }
    if (closed.fingerprint !== undefined && closed.fingerprint !== item.fingerprint)
      return this.#book.disown(deploymentId);
    if (releaseOf(closed) === 'at-once')
      return this.#book.close(
        deploymentId,
        terminalOf(closed, this.#book.commands.cancelledBy(deploymentId)),
        now,
        closed.runId,
      );
    log.warn('deployment ended with its router in an unknown state; it stays locked', {
      ...itemLogFields(deploymentId, item),
      kind: closed.kind,
    });
    this.#book.settle(deploymentId, closed, now + this.settleMs);
    void this.#care.take(deploymentId);
  }

  /**
   * A router is never asked across two runs: what the first one's activity sends late would reach the router amid its next
   * deployment. The gate works on meanwhile, unless it has grown too much.
   */
  private leavesNobodyAsking(): boolean {
    this.#care.pause();
    const { historyLength } = workflowInfo();
    const grown = historyLength >= 2 * (this.#tuning.runEvents ?? RUN_EVENTS_LIMIT);
    return this.#care.asking === 0 || grown || this.#inbox.signals >= 2 * RUN_SIGNALS_LIMIT;
  }

  private fitsToCarry(): boolean {
    const text = JSON.stringify(this.carry());
    return new TextEncoder().encode(text).length <= CARRIED_BYTES_LIMIT;
  }

  private carry(): Carried {
    this.takeCommands();
    return this.#book.toCarried(this.#inbox.batches, true);
  }
}
