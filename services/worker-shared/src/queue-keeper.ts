import { randomUUID, createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, createSlots, type EpochMs } from '@vecino/foundation';
import { createOutageLog } from '@vecino/messaging';
import type { RegistryFeed } from '@vecino/registry';
import type { Logger } from '@vecino/telemetry';
import { ownTaskQueueOf, type RegistryDiff, tenantOf, tenantOfTaskQueue } from '@vecino/tenancy';
import type { GateClient, QueueAssignment, QueueLooks, WorkerFleet } from '@vecino/temporal';
import type { Wake, WakeFeed, WakeSender } from '@vecino/wakes';
import { decideQueues, isOurs, queuesToHold } from './decide-queues.js';

/** How long, and how often; milliseconds. */
export interface KeeperTiming {
  /** A Worker stays for at least so long after its tenant's last wake; far above the wakes' throttle. */
  readonly idleGraceMs: number;
  /** How often deployments are looked for that run on a queue without a Worker. */
  readonly lookMs: number;
  /** A sleeping tenant's queue is looked at once in so long, times their number. */
  readonly sleeperMs: number;
}

export const KEEPER_TIMING: Omit<KeeperTiming, 'idleGraceMs'> = { lookMs: 10_000, sleeperMs: 100 };

export interface KeeperDependencies {
  readonly registry: RegistryFeed;
  readonly wakes: WakeFeed;
  readonly sender: WakeSender;
  readonly fleet: WorkerFleet;
  readonly gates: Pick<GateClient, 'load' | 'release'>;
  readonly looks: QueueLooks;
  /** The namespace that tenants share. */
  readonly namespace: string;
  readonly maxWorkers: number;
  readonly timing: KeeperTiming;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A queue on which a look has found something stays served until after the next look. */
const LOOKS_HELD = 3;
/** How soon a gate that had work is asked again. */
const ASK_AGAIN_MS = 10_000;
/** Gates are looked for once in so many looks: idle ones fill the list. */
const LOOKS_PER_GATE_LIST = 6;
const TICKS_PER_GRACE = 12;
const LONGEST_TICK_MS = 1_000;
const QUESTIONS_AT_ONCE = 4;
const RANK_STEP_MS = 60_000;

/**
 * Sees that each tenant's own queue in the shared namespace has a Worker while there is something to do on it, and none for
 * long after. Lists and wakes only ever bring a Worker; what ends one is the gate's own word that it is idle.
 */
export class QueueKeeper {
  readonly #deps: KeeperDependencies;
  readonly #heldUntil = new Map<string, EpochMs>();
  /** Queues whose gates are being asked, or whose Workers are being drained. */
  readonly #asking = new Set<string>();
  readonly #questions = createSlots(QUESTIONS_AT_ONCE);
  readonly #stopping = new AbortController();
  readonly #seed = randomUUID();
  readonly #startedAt: EpochMs;
  /** Since when each queue waits for a Worker, while there may be no more. */
  readonly #waitingSince = new Map<string, EpochMs>();
  #waiting = false;
  #planned = false;
  /** Where the round over the sleeping tenants stands, and how often in a row Temporal did not answer it. */
  #sleeper = 0;
  #missed = 0;
  #unsubscribe: readonly (() => void)[] = [];
  #loops: readonly Promise<void>[] = [];

  constructor(deps: KeeperDependencies) {
    this.#deps = deps;
    this.#startedAt = deps.clock.now();
  }

  /** Resolves when the pool is served, and a Worker is being made for each queue on which a deployment runs. */
  async start(): Promise<void> {
    const { registry, wakes, timing, logger } = this.#deps;
    this.#unsubscribe = [
      wakes.subscribe((wake) => this.#heard(wake)),
      registry.subscribe((_, change) => this.#changed(change)),
    ];
    for (const tenantId of wakes.awake().keys()) this.#heard({ tenantId, state: 'awake' });
    await this.#plan();
    const outage = createOutageLog(logger, 'Temporal (looking for work)');
    const look = async (count: number): Promise<void> => {
      try {
        await this.#look(count % LOOKS_PER_GATE_LIST === 0);
        outage.succeeded();
      } catch (err) {
        outage.failed(err);
      }
    };
    await look(0);
    const tickMs = Math.min(LONGEST_TICK_MS, timing.idleGraceMs / TICKS_PER_GRACE);
    this.#loops = [
      this.#every(timing.lookMs, (count) => look(count + 1)),
      this.#every(timing.sleeperMs, () => this.#lookAtSleeper()),
      this.#every(tickMs, () => Promise.resolve(this.#planSoon())),
    ];
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    await Promise.all(this.#loops);
  }

  #heard({ tenantId, state }: Wake): void {
    if (state === 'asleep') return this.#servedElsewhere(ownTaskQueueOf(tenantId));
    const tenant = tenantOf(this.#deps.registry.current(), tenantId);
    if (!isOurs(tenant)) return;
    if (tenant?.route === 'queue') return this.#hold(ownTaskQueueOf(tenantId), this.#deps.timing.idleGraceMs);
    // Its gate is elsewhere, unless it is only just on its way.
    void this.#questions.use(() => this.#lookForGate(tenantId)).catch(() => undefined);
  }

  async #lookForGate(tenantId: string): Promise<void> {
    const taskQueue = ownTaskQueueOf(tenantId);
    if (this.#isHeld(taskQueue) || this.#stopping.signal.aborted) return;
    if (await this.#deps.looks.hasGateOn(tenantId, taskQueue))
      this.#hold(taskQueue, this.#deps.timing.idleGraceMs);
  }

  #changed({ added, changed }: RegistryDiff): void {
    // Its first wake may have come before its entry.
    for (const { id } of added)
      if (this.#deps.wakes.awake().has(id)) this.#heard({ tenantId: id, state: 'awake' });
    for (const { before, after } of changed)
      for (const taskQueue of queuesToHold(before, after))
        this.#hold(taskQueue, this.#deps.timing.idleGraceMs);
    this.#planSoon();
  }

  #isHeld(taskQueue: string): boolean {
    return (this.#heldUntil.get(taskQueue) ?? 0) > this.#deps.clock.now();
  }

  #hold(taskQueue: string, forMs: number): void {
    const until = this.#deps.clock.now() + forMs;
    if (until <= (this.#heldUntil.get(taskQueue) ?? 0)) return;
    this.#heldUntil.set(taskQueue, until);
    this.#planSoon();
  }

  /** A thousand wakes at once are one plan. */
  #planSoon(): void {
    if (this.#planned) return;
    this.#planned = true;
    setImmediate(() => {
      this.#planned = false;
      if (!this.#stopping.signal.aborted) void this.#plan();
    });
  }

  /** Resolves when the pool is served. */
  async #plan(): Promise<void> {
    const { registry, fleet, namespace, maxWorkers, clock, logger } = this.#deps;
    const served = new Set(fleet.served().map(({ taskQueue }) => taskQueue));
    const { serve, ask, drain, waiting } = decideQueues({
      registry: registry.current(),
      namespace,
      now: clock.now(),
      heldUntil: this.#heldUntil,
      served,
      maxWorkers,
      rank: (taskQueue) => this.#rank(taskQueue),
    });
    for (const taskQueue of drain) void this.#drain(taskQueue);
    const [pool] = serve.map((queue) => this.#serve(queue, served.has(queue.taskQueue)));
    for (const taskQueue of ask) void this.#retireIfIdle(taskQueue);
    this.#keepWaiting(waiting);
    this.#forget(served);
    if (waiting.length > 0 && !this.#waiting)
      logger.warn(
        { waiting: waiting.length, workers: maxWorkers },
        'more tenants have work than this process may have Workers: some wait for another process',
      );
    this.#waiting = waiting.length > 0;
    await pool;
  }

  /** Who has waited longer comes first, by the minute; of those that have waited as long, each process takes others. */
  #rank(taskQueue: string): number {
    const since = this.#waitingSince.get(taskQueue) ?? this.#deps.clock.now();
    return Math.floor((since - this.#startedAt) / RANK_STEP_MS) * 2 ** 32 + rankOf(this.#seed, taskQueue);
  }

  /** A queue that waits is held until it has had a Worker, though nobody tells of its work again. */
  #keepWaiting(waiting: readonly string[]): void {
    const { clock, timing } = this.#deps;
    const now = clock.now();
    const still = new Set(waiting);
    for (const taskQueue of this.#waitingSince.keys()) {
      if (still.has(taskQueue)) continue;
      this.#waitingSince.delete(taskQueue);
      this.#heldUntil.set(taskQueue, now + timing.idleGraceMs);
    }
    for (const taskQueue of waiting) {
      if (!this.#waitingSince.has(taskQueue)) this.#waitingSince.set(taskQueue, now);
      this.#heldUntil.set(taskQueue, Infinity);
    }
  }

  /** Another process had a Worker for it, and found nothing left to do. */
  #servedElsewhere(taskQueue: string): void {
    if (this.#waitingSince.delete(taskQueue)) this.#heldUntil.delete(taskQueue);
  }

  async #serve(queue: QueueAssignment, isServed: boolean): Promise<void> {
    const { fleet, clock, logger } = this.#deps;
    const since = clock.now();
    await fleet.serve(queue).catch((err: unknown) => {
      if (!this.#stopping.signal.aborted) throw err;
    });
    const fields = { task_queue: queue.taskQueue, ...(queue.tenantId && { tenant_id: queue.tenantId }) };
    if (!isServed) logger.info({ ...fields, after_ms: clock.now() - since }, 'has a Worker');
  }

  #forget(served: ReadonlySet<string>): void {
    for (const taskQueue of this.#heldUntil.keys())
      if (!served.has(taskQueue) && !this.#isHeld(taskQueue) && !this.#asking.has(taskQueue))
        this.#heldUntil.delete(taskQueue);
  }

  async #drain(taskQueue: string): Promise<void> {
    const { fleet, namespace, logger } = this.#deps;
    logger.info({ task_queue: taskQueue }, 'another worker serves the tenant now');
    await fleet.retire({ namespace, taskQueue });
  }

  /** Ends the Worker of a queue on which nothing is to be done, and says so; not where something comes in between. */
  async #retireIfIdle(taskQueue: string): Promise<void> {
    if (this.#asking.has(taskQueue)) return;
    this.#asking.add(taskQueue);
    const { fleet, wakes, sender, gates, namespace, timing, logger } = this.#deps;
    const tenantId = tenantOfTaskQueue(taskQueue) ?? '';
    const fields = { task_queue: taskQueue, tenant_id: tenantId };
    const before = this.#heldUntil.get(taskQueue);
    // Also one whose time is over by the time that it is looked at: the answers may be older.
    const isWoken = (): boolean => this.#heldUntil.get(taskQueue) !== before || this.#stopping.signal.aborted;
    try {
      if (!(await this.#questions.use(() => this.#isIdle(tenantId, taskQueue))))
        return this.#hold(taskQueue, Math.min(ASK_AGAIN_MS, timing.idleGraceMs));
      await wakes.readToEnd();
      if (isWoken()) return;
      await gates.release(tenantId);
      if (isWoken()) return;
      logger.info(fields, 'its tenant is idle: the Worker ends');
      await fleet.retire({ namespace, taskQueue });
      if (isWoken()) return;
      await sender.asleep(tenantId);
      await wakes.readToEnd();
      // A wake that was written before the tombstone, and read after it was decided, would be forgotten with it.
      if (isWoken()) await sender.wakeAnew(tenantId);
    } catch (err) {
      if (this.#stopping.signal.aborted) return;
      logger.warn({ ...fields, err }, 'cannot tell whether the tenant is idle; asking again');
      this.#hold(taskQueue, ASK_AGAIN_MS);
    } finally {
      this.#asking.delete(taskQueue);
    }
  }

  async #isIdle(tenantId: string, taskQueue: string): Promise<boolean> {
    const { registry, gates, looks } = this.#deps;
    if (await looks.isRunningOn(taskQueue)) return false;
    const tenant = tenantOf(registry.current(), tenantId);
    // Its gate is about to leave the queue, and needs a Worker for that; one that nobody moved may rest there.
    if (tenant !== undefined && tenant.route !== 'queue')
      return !(await looks.hasGateOn(tenantId, taskQueue));
    const load = await gates.load(tenantId);
    return load === undefined || load.idle;
  }

  /** What is on the queues though nobody said so: at the start, after a move, where a wake was lost. */
  async #look(withGates: boolean): Promise<void> {
    const { registry, fleet, looks, timing } = this.#deps;
    const served = fleet.served().map(({ taskQueue }) => taskQueue);
    for (const taskQueue of await looks.withRunning(served)) await this.#found(taskQueue);
    if (!withGates) return;
    for (const taskQueue of await looks.withGates()) {
      const tenant = tenantOf(registry.current(), tenantOfTaskQueue(taskQueue) ?? '');
      if (tenant !== undefined && tenant.route !== 'queue' && isOurs(tenant))
        this.#hold(taskQueue, LOOKS_PER_GATE_LIST * timing.lookMs);
    }
  }

  async #found(taskQueue: string): Promise<void> {
    const { registry, sender, logger, timing } = this.#deps;
    const tenantId = tenantOfTaskQueue(taskQueue);
    const tenant = tenantOf(registry.current(), tenantId ?? '');
    if (tenantId === undefined || !isOurs(tenant)) return;
    if (!this.#isHeld(taskQueue))
      logger.info({ task_queue: taskQueue, tenant_id: tenantId }, 'found work that nobody had told of');
    this.#hold(taskQueue, LOOKS_HELD * timing.lookMs);
    // Others are to know too: who is served counts as awake.
    if (tenant?.route === 'queue') await sender.wake(tenantId).catch(() => undefined);
  }

  /** One tenant that sleeps: a signal whose wake was lost shows as a backlog. */
  async #lookAtSleeper(): Promise<void> {
    const { registry, fleet, looks } = this.#deps;
    const { tenants } = registry.current();
    const served = new Set(fleet.served().map(({ taskQueue }) => taskQueue));
    for (let tried = 0; tried < tenants.length; tried += 1) {
      const tenant = tenants[this.#sleeper++ % tenants.length];
      if (tenant?.route !== 'queue') continue;
      const taskQueue = ownTaskQueueOf(tenant.id);
      if (served.has(taskQueue) || this.#isHeld(taskQueue)) continue;
      try {
        if (await looks.hasBacklog(taskQueue)) await this.#found(taskQueue);
        this.#missed = 0;
      } catch {
        // Temporal is away, which the other look says; no need to ask ten times a second.
        await sleep(Math.min(5_000, 100 * 2 ** this.#missed++), undefined, {
          signal: this.#stopping.signal,
        }).catch(() => undefined);
      }
      return;
    }
  }

  async #every(ms: number, act: (count: number) => Promise<void>): Promise<void> {
    const { signal } = this.#stopping;
    for (let count = 0; !signal.aborted; count += 1) {
      await sleep(ms, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await act(count);
    }
  }
}

const rankOf = (seed: string, taskQueue: string): number =>
  createHash('sha1').update(seed).update(taskQueue).digest().readUInt32BE(0);
