/** What a look at how tenants stand may ask, and how long it takes at the most, whatever does not answer. docs/operations.md has the same. */
export const LOOK_LIMITS = {
  /** From the end of a look to the beginning of the next, in milliseconds. */
  everyMs: 15_000,
  /** Questions that are put at once, each until it is answered or gives its place away. */
  askedAtOnce: 8,
  /** For how long a question keeps others waiting, in milliseconds: then it gives its place to the next, and is waited for beside it. */
  placeMs: 500,
  /** Questions without an answer yet, also those that gave their places away: more wait until one of them ends. */
  underWayAtMost: 64,
  /** Gates that a look asks. */
  gatesAtMost: 250,
  /** Task queues that a look asks about. */
  queuesAtMost: 100,
  /** Looks until a gate is asked again that never answers: one after its first silence, and twice as many after each further one. */
  silentLooksAtMost: 8,
} as const;
