import type { EpochMs } from '@vecino/foundation';

/** Not more often than this, since each becomes a status event. */
export const PROGRESS_EVERY_MS = 5_000;
export const PROGRESS_STEP_PERCENT = 5;

/** What was last told of a step. */
export interface ToldProgress {
  readonly at: EpochMs;
  readonly percent: number;
  readonly waitingFor?: string | undefined;
}

/** A step that ends soon tells nothing: its phase says enough. */
export const nothingTold = (startedAt: EpochMs): ToldProgress => ({ at: startedAt, percent: 0 });

/** Whether this is worth a status now: what is then told, or undefined. `percent` and `waiting_for` decide. */
export function worthTelling(
  told: ToldProgress,
  details: Readonly<Record<string, string>>,
  now: EpochMs,
): ToldProgress | undefined {
  if (now - told.at < PROGRESS_EVERY_MS) return undefined;
  const waitingFor = details['waiting_for'];
  const percent = Number(details['percent'] ?? told.percent);
  const moved = percent >= told.percent + PROGRESS_STEP_PERCENT;
  if (!moved && waitingFor === told.waitingFor) return undefined;
  return { at: now, percent, waitingFor };
}
