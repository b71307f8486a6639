import {
  allHandlersFinished,
  condition,
  log,
  makeContinueAsNewFunc,
  proxyActivities,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { StandStill } from '@vecino/admission';
import { type EpochMs, LATE_SENDS_MS } from '@vecino/foundation';
import { PROJECTOR_TASK_QUEUE } from '../api/names.js';
import type {
  Explanation,
  GateInput,
  GateReport,
  GateResult,
  GateTuning,
  SubmitBatch,
  SubmitCommand,
  TenantSettings,
} from '../api/gate-protocol.js';
import type { ClosedDeployment, ProjectorActivities, RebuildPage } from '../api/projector-activities.js';
import { Adoption } from './adoption.js';
import { EMPTY_CARRIED, type Carried } from './carried.js';
import { CommandCourier } from './command-courier.js';
import { DeploymentStarter } from './deployment-starter.js';
import { SETTLE_MS } from './deployment-timeout.js';
import { GateBook } from './gate-book.js';
import { answerCommands } from './gate-commands.js';
import {
  CARRIED_BYTES_LIMIT,
  CLOSING_PUBLISH_GRACE_MS,
  FORWARDED_BATCHES,
  FORWARDED_COMMANDS,
  OUTBOX_LIMIT,
  RUN_EVENTS_LIMIT,
  RUN_HISTORY_BYTES_LIMIT,
  RUN_SIGNALS_LIMIT,
} from './gate-limits.js';
import { reportOn } from './gate-report.js';
import { itemLogFields } from './item-log-fields.js';
import { Publisher } from './publisher.js';
import { carriedOf } from './rebuild.js';
import { cancelAll } from './removal.js';
import { RouterCare } from './router-care.js';
import { releaseOf, terminalOf } from './terminal.js';
import type { TenantGateWorkflow } from './tenant-gate-workflow.js';

const { rebuildGate, forward } = proxyActivities<Pick<ProjectorActivities, 'rebuildGate' | 'forward'>>({
  taskQueue: PROJECTOR_TASK_QUEUE,
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '20 seconds',
  // Without its predecessor's state a gate must not admit anything: it asks until it is answered.
  retry: { initialInterval: '200ms', maximumInterval: '10 seconds' },
});

/** One run of a gate: everything between its start and its continue-as-new. */
export class GateRun {
  readonly #inbox: SubmitBatch[];
  readonly #commands: SubmitCommand[] = [];
  readonly #tuning: GateTuning;
  /** On which this run was started. Not `workflowInfo().taskQueue`: that is the worker's, and another one in replay. */
  readonly #taskQueue: string;
  readonly #namespace: string;
  readonly #startedFresh: boolean;
  #book: GateBook;
  #attached: boolean;
  #signals = 0;
  #closing = false;
  #rebuilt = false;
  /** Until when a gate that was moved away takes in what still comes. */
  #leaseUntil: EpochMs | undefined;
  #dirty = true;
  #wakeAt = Infinity;
  #starter!: DeploymentStarter;
  #adoption!: Adoption;
  #publisher!: Publisher;
  #courier!: CommandCourier;
  #care!: RouterCare;

  constructor(input: GateInput) {
    const carried = input.carried as Carried | undefined;
    this.#startedFresh = carried === undefined;
    this.#book = new GateBook(input.settings, carried ?? EMPTY_CARRIED);
    this.#attached = carried?.attached ?? true;
    this.#inbox = [...(carried?.inbox ?? [])];
    this.#tuning = input.tuning ?? {};
    this.#taskQueue = input.settings.taskQueue;
    this.#namespace = input.namespace ?? workflowInfo().namespace;
  }

  receive(batch: SubmitBatch): void {
    this.#signals += 1;
    this.#inbox.push(batch);
    this.#dirty = true;
  }

  command(command: SubmitCommand): void {
    this.#signals += 1;
    this.#commands.push(command);
    this.#dirty = true;
  }

  configure(settings: TenantSettings): void {
    this.#signals += 1;
    this.#book.configure(settings);
    this.#dirty = true;
  }

  explain(deploymentId: string): Explanation {
    if (this.#rebuilt) return this.#book.explain(deploymentId, Date.now(), this.standStill());
    const sentence = `The gate still reads what its predecessor left behind: ask about ${deploymentId} again in a moment.`;
    return { state: 'unknown', sentence };
  }

  report(): GateReport {
    const { hasTakenAll } = this;
    return reportOn(this.#book, { ready: this.#rebuilt, hasTakenAll, standStill: this.standStill() });
  }

  /** Resolves when the gate has nothing to do in this namespace any more. */
  async live(): Promise<GateResult> {
    if (this.#startedFresh && (await this.begin()) === 'elsewhere') return { kind: 'forwarded' };
    this.#rebuilt = true;
    this.attach();
    for (;;) {
      await condition(() => this.#dirty);
      this.#dirty = false;
      this.step();
      const result = this.result();
      if (result !== undefined) return result;
      if (this.mustClose()) await this.close();
    }
  }

  /** Where this gate's state lies: here, once it is read, or in another namespace. */
  private async begin(): Promise<'here' | 'elsewhere'> {
    for (;;) {
      const movedOn = await this.rebuild();
      if (movedOn === undefined) return 'here';
      if ((await this.forwardAll(movedOn.revision)) === 'forwarded') return 'elsewhere';
    }
  }

  /** A latecomer started this gate after the tenant had moved on: what it brought goes to the right one, unless the tenant is back. */
  private async forwardAll(revision: number): Promise<'forwarded' | 'home'> {
    const { tenantId } = this.#book.settings;
    while (!this.hasTakenAll) {
      // Each batch has up to 256 KB, and one payload takes 2 MB.
      const batches = this.#inbox.slice(0, FORWARDED_BATCHES);
      const commands = this.#commands.slice(0, FORWARDED_COMMANDS);
      const answer = await forward({ tenantId, revision, batches, commands });
      if (answer.kind === 'home') {
        this.#book.configure(answer.settings);
        return 'home';
      }
      this.#inbox.splice(0, batches.length);
      this.#commands.splice(0, commands.length);
    }
    return 'forwarded';
  }

  /** Set when the gate is to complete: its tenant is gone, or has moved and nothing comes to this one any more. */
  private result(): GateResult | undefined {
    const { settings, admission, toPublish, isDone, commands } = this.#book;
    const { leaving, moved, revision } = settings;
    const atRest =
      this.hasTakenAll &&
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

  private get hasTakenAll(): boolean {
    return this.#inbox.length === 0 && this.#commands.length === 0;
  }

  /** Whether this is the namespace in which the tenant's gate is to be. */
  private get isHome(): boolean {
    const { namespace } = this.#book.settings;
    return namespace === undefined || namespace === this.#namespace;
  }

  /** Takes over what an earlier run of this gate left behind when it was terminated or failed, or was moved. */
  private async rebuild(): Promise<{ readonly revision: number } | undefined> {
    let text: string | undefined;
    let digest: string | undefined;
    for (let page: number | undefined = 0; page !== undefined;) {
      const input = { settings: this.#book.settings, page, ...(digest === undefined ? {} : { digest }) };
      const answer: RebuildPage = await rebuildGate(input);
      if (answer.movedOn !== undefined) return answer.movedOn;
      if (answer.changed === true) {
        [text, digest, page] = [undefined, undefined, 0];
        continue;
      }
      if (answer.text !== undefined) text = (text ?? '') + answer.text;
      digest = answer.digest;
      page = answer.nextPage;
    }
    if (text === undefined) return undefined;
    const carried = carriedOf(text);
    log.warn('gate rebuilt from its predecessor', {
      queued: carried.queue.length,
      held: carried.held.length,
    });
    const own = this.#book.settings;
    // Whoever started this gate may have been behind: what its predecessor had heard of holds.
    const settings =
      carried.settings !== undefined && carried.settings.revision > own.revision ? carried.settings : own;
    this.#book = new GateBook(settings, carried);
    this.#attached = false;
    return undefined;
  }

  private attach(): void {
    const book = this.#book;
    const changed = () => (this.#dirty = true);
    this.#publisher = new Publisher(book, changed);
    this.#adoption = new Adoption(book.settings.tenantId, (id, closed) => this.closed(id, closed));
    this.#starter = new DeploymentStarter(book, {
      closed: (id, closed) => this.closed(id, closed),
      adopt: (id) => this.#adoption.add(id),
      changed,
    });
    this.#courier = new CommandCourier(book, this.#starter, changed);
    this.#care = new RouterCare(book, this.#tuning, changed);
    // The run that died may have been asking a quarantined router: what it sent must have arrived first.
    const notBefore = this.#attached ? 0 : Date.now() + this.settleMs;
    for (const { candidate, hold } of [...book.admission.holding()]) {
      const id = candidate.deploymentId;
      if (hold !== 'running') void this.#care.take(id, notBefore);
      // After a rebuild nobody knows whether the child was ever created: ask for it again, and adopt it when it is there.
      else if (this.#attached) this.#adoption.add(id);
      else this.#starter.start(candidate);
    }
    this.#publisher.run();
    this.#adoption.run();
  }

  /** Takes in what arrived, starts what may start, and sees to being woken when time alone changes the answer. */
  private step(): void {
    const now = Date.now();
    while (this.#book.toPublish < OUTBOX_LIMIT && this.#inbox.length > 0)
      this.#book.take(this.#inbox.shift() as SubmitBatch, now);
    this.takeCommands();
    if (this.#book.settings.leaving === 'cancel') cancelAll(this.#book, now, OUTBOX_LIMIT);
    this.keepLease(now);
    this.answerCommands(now);
    this.#courier.deliver();
    const { start, wakeAt } = this.#book.admit(now, this.standStill());
    for (const item of start) this.#starter.start(item);
    if (wakeAt !== undefined && wakeAt < this.#wakeAt) this.wake(wakeAt, now);
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
    for (const command of this.#commands.splice(0)) this.#book.takeCommand(command);
  }

  private answerCommands(now: EpochMs): void {
    const caughtUp = this.#inbox.length === 0 && this.#book.toPublish < OUTBOX_LIMIT;
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
    if (this.#closing || !this.#rebuilt) return { code: 'GATE_CLOSING' };
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

  private mustClose(): boolean {
    const info = workflowInfo();
    const due =
      info.continueAsNewSuggested ||
      info.historyLength >= (this.#tuning.runEvents ?? RUN_EVENTS_LIMIT) ||
      info.historySize >= RUN_HISTORY_BYTES_LIMIT ||
      this.#signals >= RUN_SIGNALS_LIMIT ||
      (this.isHome && this.#taskQueue !== this.#book.settings.taskQueue);
    // What can't be carried yet must drain first; ingest holds back a tenant whose gate grows without progress.
    if (due && this.fitsToCarry()) return this.leavesNobodyAsking();
    if (this.isHome) this.#care.resume();
    return false;
  }

  /**
   * A router is never asked across two runs: what the first one's activity sends late would reach the router amid its next
   * deployment. The gate works on meanwhile, unless it has grown too much.
   */
  private leavesNobodyAsking(): boolean {
    this.#care.pause();
    const { historyLength } = workflowInfo();
    const grown = historyLength >= 2 * (this.#tuning.runEvents ?? RUN_EVENTS_LIMIT);
    return this.#care.asking === 0 || grown || this.#signals >= 2 * RUN_SIGNALS_LIMIT;
  }

  private fitsToCarry(): boolean {
    const text = JSON.stringify(this.carry());
    return new TextEncoder().encode(text).length <= CARRIED_BYTES_LIMIT;
  }

  private carry(): Carried {
    this.takeCommands();
    return this.#book.toCarried(this.#inbox, true);
  }

  /**
   * Continues as new with deployments in flight: no new starts, every start resolved, a publish under way given a
   * moment. Returns only where so much arrived meanwhile that it can't be carried: then it has to drain first.
   */
  private async close(): Promise<void> {
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
}
