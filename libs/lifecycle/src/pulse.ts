/**
 * A loop that is to turn for ever, well or ill: it counts its turns. That it fails is a check's matter; that it turns no more,
 * neither way, only a new process can mend.
 */
export interface Pulse {
  readonly name: string;
  /** Grows with each turn; undefined while the loop is not there yet. */
  beats(): number | undefined;
}

/**
 * Longer than any dependency that is away can hold up a turn: a Kafka client that is refused tries for about five minutes
 * before it says so. Counted in seconds in which this process ran: one that was stopped is given the time to go on.
 */
export const STUCK_AFTER_SECONDS = 15 * 60;
