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
import type { EpochMs } from '@vecino/foundation';
import { PROJECTOR_TASK_QUEUE } from '../api/names.js';
import type {
  Explanation,
  GateInput,
  GateTuning,
  SubmitBatch,
  SubmitCommand,
  TenantSettings,
} from '../api/gate-protocol.js';
import type { ClosedDeployment, ProjectorActivities } from '../api/projector-activities.js';
import { outsideTraces } from '../request-trace.js';
import { Adoption } from './adoption.js';
import { EMPTY_CARRIED, type Carried } from './carried.js';
import { CommandCourier } from './command-courier.js';
import { DeploymentStarter } from './deployment-starter.js';
import { SETTLE_MS } from './deployment-timeout.js';
import { GateBook } from './gate-book.js';
import {
  CARRIED_BYTES_LIMIT,
  CLOSING_PUBLISH_GRACE_MS,
  OUTBOX_LIMIT,
  RUN_EVENTS_LIMIT,
  RUN_HISTORY_BYTES_LIMIT,
  RUN_SIGNALS_LIMIT,
} from './gate-limits.js';
import { Publisher } from './publisher.js';
import { carriedOf } from './rebuild.js';
import { RouterCare } from './router-care.js';
import { releaseOf, terminalOf } from './terminal.js';
import type { TenantGateWorkflow } from './tenant-gate-workflow.js';

const { rebuildGate } = proxyActivities<Pick<ProjectorActivities, 'rebuildGate'>>({
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
  readonly #startedFresh: boolean;
  #book: GateBook;
  #attached: boolean;
  #signals = 0;
  #closing = false;
  #rebuilt = false;
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
    return this.#book.explain(deploymentId, Date.now(), this.standStill());
  }

  async live(): Promise<void> {
    if (this.#startedFresh) await this.rebuild();
    this.#rebuilt = true;
    this.attach();
    for (;;) {
      await condition(() => this.#dirty);
      this.#dirty = false;
      this.step();
      if (this.mustClose()) await this.close();
    }
  }

  /** Takes over what an earlier run of this gate left behind when it was terminated or failed. */
  private async rebuild(): Promise<void> {
    const settings = this.#book.settings;
    let text: string | undefined;
    for (let page: number | undefined = 0; page !== undefined;) {
      const asked: number = page;
      const answer = await outsideTraces(() => rebuildGate({ settings, page: asked }));
      if (answer.text !== undefined) text = (text ?? '') + answer.text;
      page = answer.nextPage;
    }
    if (text === undefined) return;
    const carried = carriedOf(text);
    log.warn('gate rebuilt from its predecessor', {
      queued: carried.queue.length,
      held: carried.held.length,
    });
    this.#book = new GateBook(this.#book.settings, carried);
    this.#attached = false;
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
    this.answerCommands(now);
    this.#courier.deliver();
    const { start, wakeAt } = this.#book.admit(now, this.standStill());
    for (const item of start) this.#starter.start(item);
    if (wakeAt !== undefined && wakeAt < this.#wakeAt) this.wake(wakeAt, now);
  }

  private takeCommands(): void {
    for (const command of this.#commands.splice(0)) this.#book.takeCommand(command);
  }

  private answerCommands(now: EpochMs): void {
    const caughtUp = this.#inbox.length === 0 && this.#book.toPublish < OUTBOX_LIMIT;
    const unlocked = this.#book.answerCommands(now, caughtUp, (id) => this.#care.isAsking(id));
    for (const { deploymentId, requestedBy } of unlocked)
      log.warn('router unlocked by hand', { deploymentId, requestedBy });
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
    if (this.#closing || !this.#rebuilt) return 'GATE_CLOSING';
    if (this.#book.settings.paused) return 'TENANT_PAUSED';
    if (this.#book.toPublish >= OUTBOX_LIMIT) return 'STATUS_BACKLOG';
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
      deploymentId,
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
      this.#taskQueue !== this.#book.settings.taskQueue;
    // What can't be carried yet must drain first; ingest holds back a tenant whose gate grows without progress.
    if (due && this.fitsToCarry()) return this.leavesNobodyAsking();
    this.#care.resume();
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
    const { settings } = this.#book;
    const carried = this.carry();
    const continueAsNew = makeContinueAsNewFunc<typeof TenantGateWorkflow>({ taskQueue: settings.taskQueue });
    await outsideTraces(() => continueAsNew({ settings, carried, tuning: this.#tuning }));
  }
}
