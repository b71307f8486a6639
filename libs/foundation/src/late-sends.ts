/**
 * For so long after a change of a tenant's settings what is sent by older ones may still reach its gate: a service may send by a
 * registry that was read 7.5 s ago, and its longest call takes 10 s. Whoever relies on nothing of it coming any more waits for it.
 */
export const LATE_SENDS_MS = 20_000;
