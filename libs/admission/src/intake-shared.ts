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
  /** Whether all it answered is on its disk before the answer, it throws nothing away, and no other can take its place. */
  readonly durable: boolean;
}

/** What a replica says of itself with each call. */
export interface IntakeVoice {
  /** Its name, of this start. */
  readonly replica: string;
  /** By the server's clock: when the replica gives the call up. Carried out later than that it must change nothing. */
  readonly deadline: EpochMs;
  /** It knows that nothing was ever granted, so a log without an epoch is new and not emptied. */
  readonly fresh: boolean;
  /** How long ago it last granted of its own share, in ms, where that is within the window. */
  readonly localAgo?: number | undefined;
}

export type SharedAnswer =
  | ({ readonly kind: 'taken'; readonly at: EpochMs } & IntakeGrant)
  | { readonly kind: 'closed'; readonly waitMs: number; readonly why: IntakeClosure }
  /** Nothing has changed. */
  | { readonly kind: 'late' };

interface Epoch {
  run: string;
  evicted: number;
  durable: boolean;
  /** When each replica last spoke; without those that have left in order. */
  readonly seen: Map<string, EpochMs>;
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

  /** Whether it was heard in time. */
  speak({ now, run, evicted, durable }: IntakeServer, voice: IntakeVoice): boolean {
    const { replica, deadline, fresh, localAgo } = voice;
    if (now > deadline) return false;
    const { windowMs, slackMs, patienceMs } = this.#timing;
    const close = (why: IntakeClosure) => ({ opens: now + windowMs + slackMs, why });
    const epoch = (this.#epoch ??= {
      run,
      evicted,
      durable,
      seen: new Map<string, EpochMs>(),
      ...(fresh ? { opens: 0, why: undefined } : close('flushed')),
    });
    if (epoch.run !== run) {
      if (!epoch.durable || evicted > 0) Object.assign(epoch, close('restarted'));
    } else if (epoch.evicted !== evicted) Object.assign(epoch, close('evicted'));
    const latest = Math.max(...epoch.seen.values());
    if (epoch.seen.size > 0 && now - latest >= windowMs + patienceMs - slackMs)
      Object.assign(epoch, close('away'));
    // One that comes back later than the others: the log was there for too short a time to be noticed.
    if (now < epoch.opens && localAgo !== undefined)
      epoch.opens = Math.max(epoch.opens, now - localAgo + windowMs + slackMs);
    Object.assign(epoch, { run, evicted, durable });
    epoch.seen.set(replica, now);
    // Silent for a window while it was there: no longer waited for.
    for (const [name, at] of epoch.seen) if (now - at >= windowMs) epoch.seen.delete(name);
    return true;
  }

  take(
    server: IntakeServer,
    voice: IntakeVoice,
    tenantId: string,
    limit: number,
    wanted: number,
  ): SharedAnswer {
    if (!this.speak(server, voice)) return { kind: 'late' };
    const { now } = server;
    const { opens = 0, why } = this.#epoch ?? {};
    if (why !== undefined && now < opens) return { kind: 'closed', waitMs: opens - now, why };
    return { kind: 'taken', at: now, ...this.#windows.take(tenantId, limit, wanted, now) };
  }

  leave(server: IntakeServer, voice: IntakeVoice): void {
    if (this.speak(server, voice)) this.#epoch?.seen.delete(voice.replica);
  }

  /** What can happen to the server's memory: all is gone, or some grants are. */
  lose(what: 'everything' | 'grants'): void {
    if (what === 'everything') this.#epoch = undefined;
    this.#windows = new IntakeWindows(this.#timing.windowMs);
  }
}
