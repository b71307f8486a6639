import { readFileSync } from 'node:fs';
import { createClient } from '@redis/client';
import {
  INTAKE_CLOSURES,
  type IntakeClosure,
  intakeSlotMs,
  type IntakeTiming,
  type IntakeVoice,
  type SharedAnswer,
} from '@vecino/admission';
import type { EpochMs, TraceHeaders } from '@vecino/foundation';
import { INTAKE_SCRIPT, INTAKE_SCRIPT_SHA } from './intake-script.js';
import { monotonicClock } from './monotonic-clock.js';
import { inRedisSpan, serverAttributes } from './redis-span.js';

export interface RedisLogOptions {
  /** `redis://` or `rediss://`, with user, password and database where there are any. */
  readonly url: string;
  /** PEM file with the authority of a `rediss://` server; the system's where there is none. */
  readonly caPath?: string | undefined;
  /** Before the keys. They share one hash tag: each call needs the epoch beside the tenant's log. */
  readonly keyPrefix: string;
  /** Name of this replica, of this start. */
  readonly replica: string;
  readonly timing: IntakeTiming;
  /** Connecting, and each call, is given up after so long. */
  readonly callTimeoutMs: number;
  /** Told once when the connection is of no use any more. */
  readonly onLost: (err: unknown) => void;
}

/** What a replica says of itself with a call. */
export type Said = Pick<IntakeVoice, 'fresh' | 'localAgo'>;

type Operation = 'speak' | 'leave' | 'take';

/**
 * The shared log over one connection, which is never mended: after its first failure it is closed, and another one has to
 * be made. So no answer can come to a call that was given up; where Redis
 * carries it out later all the same, the script sees that it is late.
 */
export class RedisLog {
  readonly #options: RedisLogOptions;
  readonly #client;
  readonly #server;
  #durable = false;
  /** The server's clock less ours. */
  #clockAhead = 0;
  #lost = false;

  private constructor(options: RedisLogOptions) {
    const { url, caPath, callTimeoutMs } = options;
    this.#options = options;
    this.#server = serverAttributes(url);
    this.#client = createClient({
      url,
      RESP: 2,
      disableClientInfo: true,
      disableOfflineQueue: true,
      // Ours is the shorter one, and it closes the connection.
      commandOptions: { timeout: callTimeoutMs * 2 },
      socket: {
        connectTimeout: callTimeoutMs,
        reconnectStrategy: false,
        ...(url.startsWith('rediss:') &&
          caPath !== undefined && { tls: true as const, ca: readFileSync(caPath) }),
      },
    });
    this.#client.on('error', (err: unknown) => this.#lose(err));
    this.#client.on('end', () => this.#lose(new Error('the connection to Redis was closed')));
  }

  /** Rejects when Redis cannot be reached in time. */
  static async connect(options: RedisLogOptions): Promise<RedisLog> {
    const log = new RedisLog(options);
    await log.#inTime(async () => {
      await log.#client.connect();
      const sentAt = monotonicClock.now();
      const [time, durable] = await Promise.all([log.#client.sendCommand(['TIME']), log.#isDurable()]);
      const [seconds, micros] = time as unknown as string[];
      log.#learnClock(Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000), sentAt);
      log.#durable = durable;
    });
    return log;
  }

  /** Says that a replica is there. */
  speak(said: Said): Promise<SharedAnswer> {
    return this.#call('speak', said, [], []);
  }

  /** Says that a replica leaves of which the log knows all grants. */
  leave(): Promise<SharedAnswer> {
    return this.#call('leave', { fresh: false }, [], []);
  }

  /** `traces` are those of the requests that ask. */
  take(
    said: Said,
    tenantId: string,
    limit: number,
    wanted: number,
    traces: readonly TraceHeaders[] = [],
  ): Promise<SharedAnswer> {
    return inRedisSpan(this.#server, { tenantId, wanted, traces }, () =>
      this.#call('take', said, [this.#key(`log:${tenantId}`)], [String(limit), String(wanted)]),
    );
  }

  close(): void {
    this.#lost = true;
    if (this.#client.isOpen) this.#client.destroy();
  }

  #key(name: string): string {
    return `{${this.#options.keyPrefix}vecino-intake}:${name}`;
  }

  async #call(
    operation: Operation,
    { fresh, localAgo = -1 }: Said,
    logKey: readonly string[],
    more: readonly string[],
  ): Promise<SharedAnswer> {
    const { timing, callTimeoutMs, replica } = this.#options;
    const sentAt = monotonicClock.now();
    const deadline = sentAt + this.#clockAhead + callTimeoutMs;
    const call = {
      keys: [this.#key('epoch'), ...logKey],
      arguments: [
        operation,
        ...[timing.windowMs, timing.slackMs, intakeSlotMs(timing.windowMs)].map(String),
        ...[timing.patienceMs, deadline].map(String),
        fresh ? '1' : '0',
        String(localAgo),
        this.#durable ? '1' : '0',
        replica,
        ...more,
      ],
    };
    const { now, answer } = await this.#inTime(async () => answerOf(await this.#evaluate(call)));
    this.#learnClock(now, sentAt);
    return answer;
  }

  async #evaluate(call: { keys: string[]; arguments: string[] }): Promise<unknown> {
    try {
      return await this.#client.evalSha(INTAKE_SCRIPT_SHA, call);
    } catch (err) {
      if (!String(err).includes('NOSCRIPT')) throw err;
      return this.#client.eval(INTAKE_SCRIPT, call);
    }
  }

  #learnClock(serverNow: EpochMs, sentAt: EpochMs): void {
    this.#clockAhead = serverNow - Math.round((sentAt + monotonicClock.now()) / 2);
  }

  /** Any failure, and any lateness, ends the connection. */
  async #inTime<T>(work: () => Promise<T>): Promise<T> {
    const { callTimeoutMs } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`no answer from Redis within ${callTimeoutMs} ms`)),
        callTimeoutMs,
      );
    });
    try {
      return await Promise.race([work(), late]);
    } catch (err) {
      this.#lose(err);
      throw err;
    } finally {
      clearTimeout(timer);
    }
  }

  #lose(err: unknown): void {
    if (this.#lost) return;
    this.close();
    this.#options.onLost(err);
  }

  /** Whether it knows after a restart all that it knew before. Servers that do not say count as those that forget. */
  async #isDurable(): Promise<boolean> {
    const names = ['appendonly', 'appendfsync', 'maxmemory', 'maxmemory-policy'];
    const replies = await Promise.all(names.map((name) => this.#client.configGet(name))).catch(() => []);
    const settings = new Map(replies.flatMap((reply) => Object.entries(reply)));
    const keepsAll = settings.get('maxmemory') === '0' || settings.get('maxmemory-policy') === 'noeviction';
    return settings.get('appendonly') === 'yes' && settings.get('appendfsync') === 'always' && keepsAll;
  }
}

function answerOf(reply: unknown): { readonly now: EpochMs; readonly answer: SharedAnswer } {
  const [time, kind, first, second] = Array.isArray(reply) ? (reply as unknown[]) : [];
  const now = Number(time);
  if (kind === 'late') return { now, answer: { kind } };
  if (kind === 'closed') return { now, answer: { kind, waitMs: Number(first), why: closureOf(second) } };
  if (kind === 'taken')
    return { now, answer: { kind, granted: Number(first), retryAt: Number(second), at: now } };
  throw new Error(`Redis answered ${JSON.stringify(reply)}`);
}

const closureOf = (text: unknown): IntakeClosure =>
  INTAKE_CLOSURES.find((closure) => closure === text) ?? 'flushed';
