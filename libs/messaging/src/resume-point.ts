/** Where an ended session of a partition stood: everything before `done` is durable, and records up to `read` had been fetched. */
export interface ResumePoint {
  readonly done: number;
  readonly read: number;
}

/**
 * The offset to go back to when a new session would begin at `from`, or undefined when it may begin there.
 *
 * A fetch that was sent before a rebalance can be answered after it: kafkajs then delivers records from where the old
 * session had read to, although the ones before were given up half done. Beginning there would lose them. The same
 * `from` may also be right, because another member finished those records; going back then only handles them twice.
 */
export function resumeAt(before: ResumePoint | undefined, from: number): number | undefined {
  if (!before || from <= before.done || from > before.read) return undefined;
  return before.done;
}
