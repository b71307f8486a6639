import type { EpochMs } from '@vecino/foundation';
import { IntakeShare, shareOf } from './intake-share.js';
import type { IntakeVoice } from './intake-shared.js';
import type { IntakeTiming } from './intake-timing.js';
import { type IntakeGrant, IntakeWindows } from './intake-window.js';

/** Who decides on a grant at this moment. */
export type IntakeRoute =
  /** The log that all replicas share. */
  | { readonly kind: 'shared' }
  /** This replica, of its share. */
  | { readonly kind: 'local'; readonly own: number; readonly all: number }
  /** Nobody: requests wait, until then or until something changes. */
  | { readonly kind: 'closed'; readonly until?: EpochMs };

interface Silence {
  /** When it was noticed. */
  readonly since: EpochMs;
  /** Beginning of the latest attempt that failed. */
  readonly lastTried: EpochMs;
}

/**
 * Where one replica's grants come from. While the shared log answers, from it. Once it does not, from nowhere for a
 * window, so that all it granted has run out, nor for the patience after it, and then from the replica's share of each
 * limit. When the log answers again it decides itself whether it is open (`SharedIntake`): it knows whether anybody could
 * have granted without it.
 */
export class IntakeReplica {
  readonly share: IntakeShare;
  readonly #timing: IntakeTiming;
  readonly #local: IntakeWindows;
  #silence: Silence | undefined;
  #lastLocal: EpochMs = -Infinity;
  readonly #startedAt: EpochMs;
  #fresh: boolean;

  /**
   * A replica that starts knows nothing of the shared log: as if it had just gone silent. `fresh`: what it does know is
   * that nothing was ever granted, which it may say at its first call only, and only soon.
   */
  constructor(timing: IntakeTiming, leaseMs: number, startedAt: EpochMs, fresh = false) {
    this.#timing = timing;
    this.#fresh = fresh;
    this.#startedAt = startedAt;
    this.share = new IntakeShare(timing.windowMs, leaseMs);
    this.#local = new IntakeWindows(timing.windowMs);
    this.#silence = { since: startedAt, lastTried: -Infinity };
  }

  /** What it says of itself with a call. */
  voice(now: EpochMs): Pick<IntakeVoice, 'fresh' | 'localAgo'> {
    const fresh = this.#fresh && now <= this.#startedAt + this.#timing.slackMs;
    return { fresh, localAgo: this.#localAgo(now) };
  }

  /** Whether that changes anything: it had been silent. */
  answered(): boolean {
    const wasSilent = this.#silence !== undefined;
    this.#fresh = false;
    this.#silence = undefined;
    return wasSilent;
  }

  /** An attempt begun at `triedAt` has failed or came to nothing in time. */
  failed(triedAt: EpochMs, now: EpochMs): void {
    this.#fresh = false;
    const { since, lastTried } = this.#silence ?? { since: now, lastTried: triedAt };
    this.#silence = { since, lastTried: Math.max(lastTried, triedAt) };
  }

  route(now: EpochMs): IntakeRoute {
    if (!this.#silence) return { kind: 'shared' };
    const { since, lastTried } = this.#silence;
    const until = since + this.#timing.windowMs + this.#timing.patienceMs;
    if (now < until) return { kind: 'closed', until };
    // One that was stopped does not know whether the log is still away: it has to try first.
    if (now > lastTried + this.#timing.slackMs) return { kind: 'closed' };
    const share = this.share.counted(now);
    if (share.kind === 'share') return { kind: 'local', own: share.own, all: share.all };
    return share.until === undefined ? { kind: 'closed' } : { kind: 'closed', until: share.until };
  }

  takeLocally(
    tenantId: string,
    limit: number,
    { own, all }: { readonly own: number; readonly all: number },
    wanted: number,
    now: EpochMs,
  ): IntakeGrant {
    const grant = this.#local.take(tenantId, shareOf(limit, own, all), wanted, now);
    if (grant.granted > 0) this.#lastLocal = now;
    return grant;
  }

  /** Whether it may leave without a trace: the shared log knows of all that it granted within the window. */
  isQuiet(now: EpochMs): boolean {
    return this.#silence === undefined && this.#localAgo(now) === undefined;
  }

  #localAgo(now: EpochMs): number | undefined {
    const ago = now - this.#lastLocal;
    return ago < this.#timing.windowMs ? ago : undefined;
  }
}
