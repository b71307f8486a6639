import type { EpochMs } from '@vecino/foundation';

/** What a router said about its boot when it was first asked. */
export interface BootBaseline {
  /** Nanoseconds since the epoch, by the router's clock. */
  readonly bootTimeNs: bigint;
  /** The router's clock at that moment; left out where it does not tell. */
  readonly deviceTimeNs?: bigint | undefined;
  /** The same moment by the worker's clock. */
  readonly takenAtMs: EpochMs;
}

/** The same, at a later look: perhaps by another worker. */
export interface BootSighting {
  readonly bootTimeNs: bigint;
  readonly deviceTimeNs?: bigint | undefined;
  readonly seenAtMs: EpochMs;
}

/** `unclear`: what the router says of its clock fits neither. */
export type BootVerdict = 'same-boot' | 'rebooted' | 'unclear';

/** Skew between two workers' clocks, whole seconds on the wire, and the time between the two readings. */
export const UPTIME_TOLERANCE_MS = 5_000;

/** A boot time that is computed at each reading differs a little each time. No router is down and up again within this. */
export const BOOT_TIME_JITTER_MS = 2_000;

/**
 * Whether the router has booted between the two looks. Boot time is the judge, and the steps of a clock must not fool it.
 * Some routers write their boot time down once: it never moves during a boot, while the clock may. Others compute it as
 * now - uptime: it moves with the clock, and jitters. Uptime (device time - boot time) is honest on the latter, so:
 *
 * | boot time    | uptime, against the baseline's plus the time passed  | verdict   | because                                                          |
 * | ------------ | ---------------------------------------------------- | --------- | ---------------------------------------------------------------- |
 * | the same     | any                                                  | same boot | no two boots are so close; up to the jitter                      |
 * | newer, older | the same, up to the tolerance                        | same boot | it was computed, and the clock was stepped                       |
 * | newer, older | shorter                                              | rebooted  | older: the clock came up set back                                |
 * | newer        | longer                                               | rebooted  | it was written down before the clock was set forward             |
 * | older        | longer                                               | unclear   | a boot with a clock of 1970 that was then set, or a broken clock |
 * | newer        | not told, or negative at the baseline                | rebooted  | boot time alone                                                  |
 * | older        | not told, or negative at the baseline                | unclear   | boot time alone                                                  |
 *
 * The baseline's own uptime bounds tolerance and jitter: a reboot shortens the uptime by at least that much, so that the quick
 * second boot of a router that has only just booted is not taken for jitter.
 */
export function hasRebooted(baseline: BootBaseline, seen: BootSighting): BootVerdict {
  const before = uptimeMs(baseline);
  const movedMs = Number(seen.bootTimeNs - baseline.bootTimeNs) / NS_PER_MS;
  const honest = before !== undefined && before >= 0;
  if (Math.abs(movedMs) <= Math.min(BOOT_TIME_JITTER_MS, honest ? before / 2 : Infinity)) return 'same-boot';
  const byBootTime = movedMs > 0 ? 'rebooted' : 'unclear';
  const now = uptimeMs(seen);
  if (!honest || now === undefined) return byBootTime;
  const missingMs = before + (seen.seenAtMs - baseline.takenAtMs) - now;
  if (missingMs > Math.min(UPTIME_TOLERANCE_MS, before / 2)) return 'rebooted';
  return missingMs >= -UPTIME_TOLERANCE_MS ? 'same-boot' : byBootTime;
}

const NS_PER_MS = 1e6;

const uptimeMs = ({ bootTimeNs, deviceTimeNs }: BootBaseline | BootSighting): number | undefined =>
  deviceTimeNs === undefined ? undefined : Number((deviceTimeNs - bootTimeNs) / 1_000_000n);

/** Reads a baseline as it travels between steps: nanoseconds as decimal text. Throws a `SyntaxError` for anything else. */
export const bootBaselineOf = (text: {
  readonly bootTimeNs: string;
  readonly deviceTimeNs?: string;
  readonly takenAt: EpochMs;
}): BootBaseline => ({
  bootTimeNs: BigInt(text.bootTimeNs),
  ...(text.deviceTimeNs === undefined ? {} : { deviceTimeNs: BigInt(text.deviceTimeNs) }),
  takenAtMs: text.takenAt,
});
