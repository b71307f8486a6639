import type { Disturbance, TenantTerms } from './circumstances.js';
import type { DeadLetterRecord, RequestRecord, StatusRecord } from './kafka-records.js';
import type { Grant, LedgerEntry } from './load-records.js';
import type { RouterLock, RouterLogRecord, RouterState, Unlock } from './router-records.js';
import type { CanaryFinding, CommittedOffset, Execution, Handover } from './platform-records.js';

/**
 * Everything that is known of a run once it is over: what was sent, what lies on the topics, what histories and routers
 * recorded. Plain data, each list in any order unless said. All times are milliseconds since the Unix epoch.
 *
 * A judge takes it for complete: topics and histories are dumped before retention takes anything, after the last deployment has
 * ended. Who has less than all of it asks for the invariants that need no more.
 */
export interface Evidence {
  readonly ledger: readonly LedgerEntry[];
  /** The whole request topic. */
  readonly requests: readonly RequestRecord[];
  /** Its name: dead letters of other topics, as of commands, are not judged. */
  readonly requestTopic: string;
  /** The whole dead-letter topic. Where it was deleted meanwhile, what lay on it before too. */
  readonly deadLetters: readonly DeadLetterRecord[];
  /** All status topics, whole. */
  readonly statuses: readonly StatusRecord[];
  /** Every run of a deployment's workflow, of every namespace. */
  readonly executions: readonly Execution[];
  /** What the histories of gates say they were handed; without it nobody knows when a request was safe in Temporal. */
  readonly handovers: readonly Handover[];
  /** In the order in which each router wrote it. */
  readonly routerLog: readonly RouterLogRecord[];
  /** As it is in the end. */
  readonly routers: readonly RouterState[];
  /** Held in the end, as gates report them. */
  readonly locks: readonly RouterLock[];
  /** Orders to let go of a router that were given. */
  readonly unlocks: readonly Unlock[];
  readonly grants: readonly Grant[];
  /** Length of the window of intake limits. */
  readonly windowMs: number;
  readonly commits: readonly CommittedOffset[];
  readonly tenants: readonly TenantTerms[];
  readonly disturbances: readonly Disturbance[];
  readonly canaryFindings: readonly CanaryFinding[];
  /**
   * How far the clocks of generator, brokers, Temporal and routers may be apart: 0 where all run on one machine. Times of one and the
   * same clock are compared exactly whatever it says.
   */
  readonly clocksApartMs: number;
}

export const NO_EVIDENCE: Evidence = {
  ledger: [],
  requests: [],
  requestTopic: 'deployment-requests',
  deadLetters: [],
  statuses: [],
  executions: [],
  handovers: [],
  routerLog: [],
  routers: [],
  locks: [],
  unlocks: [],
  grants: [],
  windowMs: 60_000,
  commits: [],
  tenants: [],
  disturbances: [],
  canaryFindings: [],
  clocksApartMs: 0,
};
