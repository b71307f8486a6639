/** How long the limiter's times are; all replicas of a group need the same. */
export interface IntakeTiming {
  /** In any time of this length no more is granted than the limit. */
  readonly windowMs: number;
  /**
   * Within this time every replica has noticed that what is shared went away or came back. What must be over everywhere
   * before something else begins is waited for that much longer.
   */
  readonly slackMs: number;
  /**
   * How much longer than a window a replica without the shared log waits before it grants its share. A log that comes back before
   * that knows of everything that was granted, and needs not be closed for another window.
   */
  readonly patienceMs: number;
}

export const INTAKE_TIMING: IntakeTiming = { windowMs: 60_000, slackMs: 5_000, patienceMs: 15_000 };

/** So many entries a window's log has at the most, whatever the limit. */
const SLOTS = 3_000;

/** Grants of one slot share an entry, which counts until one window after the slot's end: never too short, by a slot too long. */
export const intakeSlotMs = (windowMs: number): number => Math.max(1, Math.floor(windowMs / SLOTS));
