/** Durations in milliseconds; `backoff` multiplies the interval after each attempt. */
export interface ActivityPolicy {
  readonly startToCloseMs: number;
  readonly heartbeatMs: number;
  /** Over all attempts; without it the attempts alone are the limit. */
  readonly scheduleToCloseMs?: number;
  readonly retry: {
    readonly initialIntervalMs: number;
    readonly backoff: number;
    readonly maximumIntervalMs: number;
    readonly maximumAttempts: number;
    /** How often one kind of fault may strike where it has no limit of its own; without it the attempts are the limit. */
    readonly maximumFaults?: number;
  };
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Attempts beyond the faults that are borne only replace workers that were lost, or stood still, amid the step. */
const LOST_WORKERS = 100;
/** For each step after Reboot: far above any wait for a slot. */
const AFTER_REBOOT_MS = 240 * MINUTE;

type Intervals = Pick<ActivityPolicy['retry'], 'initialIntervalMs' | 'maximumIntervalMs'>;

/** Tried again until one kind of fault has struck so often. */
const bearing = (maximumFaults: number, intervals: Intervals) => ({
  ...intervals,
  backoff: 2,
  maximumAttempts: LOST_WORKERS,
  maximumFaults,
});
/** Of a step that waits inside its attempt, and gives up by itself. */
const waiting = (maximumIntervalMs: number) => ({
  initialIntervalMs: SECOND,
  backoff: 1.5,
  maximumIntervalMs,
  maximumAttempts: LOST_WORKERS,
});

/** Safe to repeat: a target that holds the image validates at once. The interval also is the back-off for INSTALL_IN_PROGRESS. */
const INSTALL = {
  startToCloseMs: 60 * MINUTE,
  heartbeatMs: 30 * SECOND,
  scheduleToCloseMs: 180 * MINUTE,
  retry: bearing(10, { initialIntervalMs: 2 * SECOND, maximumIntervalMs: MINUTE }),
};

/**
 * How long each step of an upgrade may take and how often it is tried. A step that lost its worker is found by its missing
 * heartbeat, so short calls have one too: otherwise a killed worker would cost the whole start-to-close time.
 */
export const ACTIVITY_POLICIES = {
  // Read only. A router that cannot be reached for about two minutes before anything was changed is given up: the tenant asks again.
  precheck: {
    startToCloseMs: 2 * MINUTE,
    heartbeatMs: 15 * SECOND,
    retry: bearing(8, { initialIntervalMs: SECOND, maximumIntervalMs: 30 * SECOND }),
  },
  install: INSTALL,
  // The same, on the standby supervisor.
  installStandby: INSTALL,
  // Idempotent while the old version runs.
  arm: {
    startToCloseMs: 5 * MINUTE,
    heartbeatMs: 15 * SECOND,
    retry: bearing(8, { initialIntervalMs: SECOND, maximumIntervalMs: 30 * SECOND }),
  },
  // Must not be given up lightly: a router that stays armed boots what nobody wants any more.
  disarm: {
    startToCloseMs: 2 * MINUTE,
    heartbeatMs: 15 * SECOND,
    retry: bearing(20, { initialIntervalMs: SECOND, maximumIntervalMs: 30 * SECOND }),
  },
  // Guarded: each attempt reads the device before it sends, and waits where an earlier one may have sent.
  reboot: {
    startToCloseMs: 2 * MINUTE,
    heartbeatMs: 15 * SECOND,
    retry: bearing(10, { initialIntervalMs: SECOND, maximumIntervalMs: 10 * SECOND }),
  },
  // Read only, one long attempt, which gives up by itself; further ones only replace a lost worker.
  // Schedule-to-close counts the time in the task queue too: a router that has rebooted must be looked at, however long all slots are taken.
  waitUp: {
    startToCloseMs: 30 * MINUTE,
    heartbeatMs: 30 * SECOND,
    scheduleToCloseMs: AFTER_REBOOT_MS,
    retry: waiting(5 * SECOND),
  },
  // Read only. Waits inside the attempt while the device says "in-progress". As patient in the task queue as `waitUp`.
  verify: {
    startToCloseMs: 30 * MINUTE,
    heartbeatMs: 30 * SECOND,
    scheduleToCloseMs: AFTER_REBOOT_MS,
    retry: waiting(10 * SECOND),
  },
  // Read only. The soak time comes on top of start-to-close.
  soak: {
    startToCloseMs: 15 * MINUTE,
    heartbeatMs: 30 * SECOND,
    retry: waiting(10 * SECOND),
  },
  // Read only. The recovery time comes on top of start-to-close.
  postcheck: {
    startToCloseMs: 15 * MINUTE,
    heartbeatMs: 30 * SECOND,
    retry: waiting(10 * SECOND),
  },
  // Read only.
  rebaseline: {
    startToCloseMs: 2 * MINUTE,
    heartbeatMs: 15 * SECOND,
    retry: bearing(20, { initialIntervalMs: SECOND, maximumIntervalMs: 30 * SECOND }),
  },
  // A deployment never waits longer than this to tell how it ended.
  recordEvidence: {
    startToCloseMs: 20 * SECOND,
    heartbeatMs: 15 * SECOND,
    scheduleToCloseMs: 2 * MINUTE,
    retry: { initialIntervalMs: SECOND, backoff: 2, maximumIntervalMs: 10 * SECOND, maximumAttempts: 10 },
  },
  // After a deployment left its router in an unknown state; makes what runs the next to boot. A short look: while the router
  // is silent the wait is the gate's, not one of the tenant's activity slots. A gate can't hand over to its next run before it ends.
  confirmIdle: {
    startToCloseMs: 30 * SECOND,
    heartbeatMs: 15 * SECOND,
    scheduleToCloseMs: 2 * MINUTE,
    retry: { initialIntervalMs: 2 * SECOND, backoff: 2, maximumIntervalMs: 200 * SECOND, maximumAttempts: 3 },
  },
} as const satisfies Record<string, ActivityPolicy>;

export type UpgradeStep = keyof typeof ACTIVITY_POLICIES;
