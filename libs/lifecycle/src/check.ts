/** One thing that a service cannot do its work without. */
export interface Check {
  /** Such as `kafka`: the same in every answer, for those who count by it. */
  readonly name: string;
  /**
   * What is wrong now, as a clause for people, without anything of a tenant; undefined where nothing is. A rejection is a fault
   * too, and so is no answer within `ANSWER_WITHIN_MS`.
   */
  fault(): string | undefined | Promise<string | undefined>;
  /** Default: a second. Longer for what asks somebody else. */
  readonly everyMs?: number;
}

/** A fault that is over sooner is worth no word: a broker or a server was restarted. */
export const GRACE_MS = 10_000;
/** Longer than what asks Temporal takes to give up, so that its own words are heard. */
export const ANSWER_WITHIN_MS = 4_000;
/** For checks that cost a call to another server. */
export const PROBE_EVERY_MS = 5_000;
