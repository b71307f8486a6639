import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  INTAKE_TIMING,
  IntakeReplica,
  type IntakeRoute,
  type IntakeTiming,
  type OwnedPartitions,
  type SharedAnswer,
} from '@vecino/admission';
import type { EpochMs } from '@vecino/foundation';
import { createDeferred, createOutageLog, type OutageLog } from '@vecino/messaging';
import type { Logger } from '@vecino/telemetry';
import { createIntakeLog, type IntakeLog } from './intake-log.js';
import type { IntakeAnswer, IntakeAsk, IntakeLimiter } from './intake-limiter.js';
import { monotonicClock } from './monotonic-clock.js';
import { RedisLog, type Said } from './redis-log.js';

export interface RedisLimiterOptions {
  readonly url: string;
  readonly caPath?: string | undefined;
  /** Goes before the keys: replicas that share a limit have the same. */
  readonly keyPrefix: string;
  readonly logger: Logger;
  /** Whether nothing was ever granted: only then an empty Redis is taken for new. */
  readonly fresh: boolean;
  /** How long the consumer group keeps a member that it does not hear of. */
  readonly leaseMs: number;
  readonly timing?: IntakeTiming;
  readonly callTimeoutMs?: number;
  /** While Redis answers, and while it is looked for. */
  readonly probeEveryMs?: number;
}

/** Two of the first and one of the second have to fit into the slack. */
const CALL_TIMEOUT_MS = 1_000;
const PROBE_EVERY_MS = 500;

/**
 * One window per tenant over all replicas, in Redis; where it is away, as `IntakeReplica` decides. Also looks after Redis
 * when nobody asks for anything, so that all replicas notice its going and coming at about the same time.
 */
export function createRedisLimiter(options: RedisLimiterOptions): IntakeLimiter {
  return new RedisLimiter(options);
}

class RedisLimiter implements IntakeLimiter {
  readonly #options: RedisLimiterOptions;
  readonly #timing: IntakeTiming;
  readonly #name = randomUUID();
  readonly #callTimeoutMs: number;
  readonly #probeEveryMs: number;
  readonly #replica: IntakeReplica;
  readonly #outage: OutageLog;
  readonly #intakeLog: IntakeLog;
  readonly #stopped = new AbortController();
  readonly #waiting = new Set<() => void>();
  #log: RedisLog | undefined;
  /** What the shared log last said of itself, where it answered. */
  #answer: SharedAnswer | undefined;
  #probing: Promise<void> | undefined;

  constructor(options: RedisLimiterOptions) {
    this.#options = options;
    this.#timing = options.timing ?? INTAKE_TIMING;
    this.#callTimeoutMs = options.callTimeoutMs ?? CALL_TIMEOUT_MS;
    this.#probeEveryMs = options.probeEveryMs ?? PROBE_EVERY_MS;
    this.#replica = new IntakeReplica(this.#timing, options.leaseMs, monotonicClock.now(), options.fresh);
    this.#outage = createOutageLog(options.logger, 'Redis');
    this.#intakeLog = createIntakeLog(options.logger);
  }

  start(): Promise<void> {
    const first = createDeferred();
    this.#probing ??= this.#keepProbing(first.resolve);
    return first.promise;
  }

  async take({ tenantId, limit, wanted, traces }: IntakeAsk, signal: AbortSignal): Promise<IntakeAnswer> {
    for (;;) {
      signal.throwIfAborted();
      const now = monotonicClock.now();
      const route = this.#replica.route(now);
      switch (route.kind) {
        case 'local':
          return { ...this.#replica.takeLocally(tenantId, limit(), route, wanted, now), at: now };
        case 'closed':
          await this.#wait(this.#untilOpen(route, now), signal);
          break;
        case 'shared': {
          const answer = await this.#shared((log) =>
            log.take(this.#said(), tenantId, limit(), wanted, traces),
          );
          if (answer?.kind === 'taken') return answer;
          if (answer?.kind === 'closed') await this.#wait(answer.waitMs, signal);
          break;
        }
      }
    }
  }

  fault(): string | undefined {
    const route = this.#replica.route(monotonicClock.now());
    switch (route.kind) {
      case 'local':
        return undefined;
      case 'closed':
        return 'Redis does not answer: requests wait';
      case 'shared':
        if (this.#answer?.kind !== 'closed') return undefined;
        return `requests wait: what was granted before is not known (${this.#answer.why})`;
    }
  }

  owns(owned: OwnedPartitions | undefined): void {
    if (owned) this.#replica.share.assigned(owned, monotonicClock.now());
    else this.#replica.share.revoked();
  }

  confirmed(agoMs: number): void {
    this.#replica.share.confirmed(monotonicClock.now() - agoMs);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#probing;
    if (this.#replica.isQuiet(monotonicClock.now())) await this.#log?.leave().catch(() => undefined);
    this.#log?.close();
    this.#log = undefined;
  }

  #said(): Said {
    return this.#replica.voice(monotonicClock.now());
  }

  async #keepProbing(onFirst: () => void): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const answer = await this.#probe();
      this.#answer = answer;
      onFirst();
      this.#intakeLog.tell(this.#replica.route(monotonicClock.now()), answer);
      await sleep(this.#probeEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #probe(): Promise<SharedAnswer | undefined> {
    const triedAt = monotonicClock.now();
    if (!this.#log) {
      try {
        this.#log = await this.#connect();
      } catch (err) {
        this.#failed(triedAt, err);
        return undefined;
      }
    }
    return this.#shared((log) => log.speak(this.#said()));
  }

  #connect(): Promise<RedisLog> {
    const { url, caPath, keyPrefix } = this.#options;
    return RedisLog.connect({
      url,
      caPath,
      keyPrefix,
      replica: this.#name,
      timing: this.#timing,
      callTimeoutMs: this.#callTimeoutMs,
      onLost: (err) => {
        this.#log = undefined;
        // Its last word may be older than that by no more than a call's time.
        this.#failed(monotonicClock.now() - this.#callTimeoutMs, err);
      },
    });
  }

  /** Undefined when it failed: Redis is then taken to be away. */
  async #shared(call: (log: RedisLog) => Promise<SharedAnswer>): Promise<SharedAnswer | undefined> {
    const log = this.#log;
    if (!log) return undefined;
    const triedAt = monotonicClock.now();
    try {
      const answer = await call(log);
      // One that has been given up meanwhile tells nothing of this moment; one that came late, because a clock was set,
      // has told the connection the time.
      if (log !== this.#log || answer.kind === 'late') return undefined;
      if (this.#replica.answered()) this.#wake();
      this.#outage.succeeded();
      return answer;
    } catch (err) {
      this.#failed(triedAt, err);
      return undefined;
    }
  }

  #failed(triedAt: EpochMs, err: unknown): void {
    if (this.#stopped.signal.aborted) return;
    this.#replica.failed(triedAt, monotonicClock.now());
    this.#outage.failed(err);
  }

  #untilOpen({ until }: Extract<IntakeRoute, { kind: 'closed' }>, now: EpochMs): number {
    return until === undefined ? this.#probeEveryMs : until - now;
  }

  #wake(): void {
    for (const resume of [...this.#waiting]) resume();
  }

  /** Until then, or until something has changed, or until it is of no use any more. */
  #wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const resume = () => {
        clearTimeout(timer);
        this.#waiting.delete(resume);
        signal.removeEventListener('abort', resume);
        resolve();
      };
      const timer = setTimeout(resume, ms);
      this.#waiting.add(resume);
      signal.addEventListener('abort', resume, { once: true });
    });
  }
}
