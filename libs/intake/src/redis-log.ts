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
import type { EpochMs } from '@vecino/foundation';
import { INTAKE_SCRIPT, INTAKE_SCRIPT_SHA } from './intake-script.js';

export interface RedisLogOptions {
  /** `redis://` or `rediss://`, with user, password and database where there are any. */
  readonly url: string;
  /** PEM file with the authority of a `rediss://` server; the system's where there is none. */
  readonly caPath?: string | undefined;
  /** Before the keys. They share one hash tag: each call needs the epoch beside the tenant's log. */
  readonly keyPrefix: string;
  readonly timing: IntakeTiming;
  /** Connecting, and each call, is given up after so long. */
  readonly callTimeoutMs: number;
  /** Told once when the connection is of no use any more. */
  readonly onLost: (err: unknown) => void;
}

/** What an answer asks of the connection: the replica's voice, told by when the call will be given up. */
export type VoiceAt = (deadline: EpochMs) => IntakeVoice;

type Operation = 'speak' | 'leave' | 'take';

/**
 * The shared log over one connection, which is never mended: after its first failure it is closed, and another one has to
 * be made. So no answer can come to a call that was given up, though Redis may still carry that call out.
 */
export class RedisLog {
  readonly #options: RedisLogOptions;
  readonly #client;
  #durable = false;
  /** The server's clock less ours, when we connected. */
  #clockAhead = 0;
  #lost = false;

  private constructor(options: RedisLogOptions) {
    const { url, caPath, callTimeoutMs } = options;
    this.#options = options;
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
      const [seconds = '0', micros = '0'] = (await log.#client.sendCommand(['TIME'])) as unknown as string[];
      log.#clockAhead = Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000) - Date.now();
      log.#durable = await log.#isDurable();
    });
    return log;
  }

  /** Says that a replica is there. */
  speak(voice: VoiceAt): Promise<SharedAnswer> {
    return this.#call('speak', voice, [], []);
  }

  /** Says that a replica leaves of which the log knows all grants. */
  leave(): Promise<SharedAnswer> {
    return this.#call('leave', () => ({}), [], []);
  }

  take(voice: VoiceAt, tenantId: string, limit: number, wanted: number): Promise<SharedAnswer> {
    return this.#call('take', voice, [this.#key(`log:${tenantId}`)], [String(limit), String(wanted)]);
  }

  close(): void {
    this.#lost = true;
    if (this.#client.isOpen) this.#client.destroy();
  }

  #key(name: string): string {
    return `{${this.#options.keyPrefix}vecino-intake}:${name}`;
  }

  async #call(operation: Operation, voice: VoiceAt, logKey: string[], more: string[]): Promise<SharedAnswer> {
    const { timing, callTimeoutMs } = this.#options;
    const { freshUntil = 0, localAgo = -1 } = voice(Date.now() + this.#clockAhead + callTimeoutMs);
    const call = {
      keys: [this.#key('epoch'), ...logKey],
      arguments: [
        operation,
        ...[timing.windowMs, timing.slackMs, intakeSlotMs(timing.windowMs), freshUntil, localAgo].map(String),
        this.#durable ? '1' : '0',
        ...more,
      ],
    };
    return answerOf(
      await this.#inTime(() =>
        this.#client.evalSha(INTAKE_SCRIPT_SHA, call).catch((err: unknown) => {
          if (!String(err).includes('NOSCRIPT')) throw err;
          return this.#client.eval(INTAKE_SCRIPT, call);
        }),
      ),
    );
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

  /** Whether what it answered is on its disk before the answer. Servers that do not say count as those that forget. */
  async #isDurable(): Promise<boolean> {
    try {
      const appendonly = await this.#client.configGet('appendonly');
      const appendfsync = await this.#client.configGet('appendfsync');
      return appendonly['appendonly'] === 'yes' && appendfsync['appendfsync'] === 'always';
    } catch {
      return false;
    }
  }
}

function answerOf(reply: unknown): SharedAnswer {
  const [kind, ...rest] = Array.isArray(reply) ? (reply as unknown[]) : [];
  const [first, second, third] = rest.map(Number);
  if (kind === 0 && first !== undefined) return { kind: 'closed', waitMs: first, why: closureOf(rest[1]) };
  if (kind !== 1 || first === undefined || second === undefined || third === undefined)
    throw new Error(`Redis answered ${JSON.stringify(reply)}`);
  return { kind: 'taken', granted: first, retryAt: second, at: third };
}

const closureOf = (text: unknown): IntakeClosure =>
  INTAKE_CLOSURES.find((closure) => closure === text) ?? 'flushed';
