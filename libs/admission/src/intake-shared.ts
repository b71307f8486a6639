import type { EpochMs } from '@vecino/foundation';
import type { IntakeTiming } from './intake-timing.js';
import { type IntakeGrant, IntakeWindows } from './intake-window.js';

/** Why the shared log grants nothing for a while. */
export const INTAKE_CLOSURES = ['flushed', 'restarted', 'evicted', 'away'] as const;
export type IntakeClosure = (typeof INTAKE_CLOSURES)[number];

/** What the server that keeps the log says of itself. */
export interface IntakeServer {
  readonly now: EpochMs;
  /** Another one after each start. */
  readonly run: string;
  /** Keys that it threw away for want of memory since it started. */
  readonly evicted: number;
  /** Whether all it answered is on its disk before the answer, and no other server can take its place. */
  readonly durable: boolean;
}

/** What a replica says of itself with each call. */
export interface IntakeVoice {
  /**
   * It knows that nothing was ever granted, so a log without an epoch is new and not emptied. Believed up to this time
   * of the server: a call may be carried out long after it was given up.
   */
  readonly freshUntil?: EpochMs | undefined;
  /** How long ago it last granted of its own share, in ms, where that is within the window. */
  readonly localAgo?: number | undefined;
}

export type SharedAnswer =
  | ({ readonly kind: 'taken'; readonly at: EpochMs } & IntakeGrant)
  | { readonly kind: 'closed'; readonly waitMs: number; readonly why: IntakeClosure };

interface Epoch {
  run: string;
  evicted: number;
  durable: boolean;
  /** When a replica last spoke; undefined after the last one left in order. */
  seen: EpochMs | undefined;
  opens: EpochMs;
  why: IntakeClosure | undefined;
}

/**
 * The log that all replicas share, as the script in Redis keeps it: this is what that one is compared with. It closes for
 * a window and the slack whenever grants within the window may be unknown to it: it was emptied, it came back without
 * all it knew, keys were thrown away, or nobody has spoken for so long that replicas may have granted their shares.
 */
export class SharedIntake {
  readonly #timing: IntakeTiming;
  #epoch: Epoch | undefined;
  #windows: IntakeWindows;

  constructor(timing: IntakeTiming) {
    this.#timing = timing;
    this.#windows = new IntakeWindows(timing.windowMs);
  }

  speak({ now, run, evicted, durable }: IntakeServer, { freshUntil = 0, localAgo }: IntakeVoice): void {
    const { windowMs, slackMs } = this.#timing;
    const close = (why: IntakeClosure) => ({ opens: now + windowMs + slackMs, why });
    const epoch = (this.#epoch ??= {
      ...{ run, evicted, durable, seen: now },
      ...(now <= freshUntil ? { opens: 0, why: undefined } : close('flushed')),
    });
    if (epoch.run !== run) {
      if (!epoch.durable || evicted > 0) Object.assign(epoch, close('restarted'));
    } else if (epoch.evicted !== evicted) Object.assign(epoch, close('evicted'));
    if (epoch.seen !== undefined && now - epoch.seen >= windowMs - slackMs)
      Object.assign(epoch, close('away'));
    // One that comes back later than the others: the log was there for too short a time to be noticed.
    if (now < epoch.opens && localAgo !== undefined)
      epoch.opens = Math.max(epoch.opens, now - localAgo + windowMs + slackMs);
    Object.assign(epoch, { run, evicted, durable, seen: now });
  }

  take(
    server: IntakeServer,
    voice: IntakeVoice,
    tenantId: string,
    limit: number,
    wanted: number,
  ): SharedAnswer {
    this.speak(server, voice);
    const { now } = server;
    const { opens = 0, why } = this.#epoch ?? {};
    if (why !== undefined && now < opens) return { kind: 'closed', waitMs: opens - now, why };
    return { kind: 'taken', at: now, ...this.#windows.take(tenantId, limit, wanted, now) };
  }

  leave(server: IntakeServer): void {
    this.speak(server, {});
    if (this.#epoch) this.#epoch.seen = undefined;
  }

  /** What can happen to the server's memory: all is gone, or some grants are. */
  lose(what: 'everything' | 'grants'): void {
    if (what === 'everything') this.#epoch = undefined;
    this.#windows = new IntakeWindows(this.#timing.windowMs);
  }
}
