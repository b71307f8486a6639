/** How long the waits inside an upgrade's steps last, in milliseconds. */
export interface UpgradeTiming {
  /** After this long with an unchanged boot time and no reboot active, a Reboot was never accepted. `active` alone may lag by more than 10 s. */
  readonly neverAcceptedAfterMs: number;
  /** A router that has answered for this long with its old boot time and no reboot active does not reboot any more. */
  readonly neverStartedAfterMs: number;
  /** From the attempt's start: how long a router may stay away. */
  readonly returnWithinMs: number;
  /** From the attempt's start: how long a router may take to say that it runs the version. */
  readonly verifyWithinMs: number;
}

export const UPGRADE_TIMING: UpgradeTiming = {
  neverAcceptedAfterMs: 60_000,
  neverStartedAfterMs: 10 * 60_000,
  returnWithinMs: 29 * 60_000,
  verifyWithinMs: 29 * 60_000,
};

/** Deadlines of the calls that may make a router reboot, in milliseconds: until then one that was sent may be accepted. */
export const REBOOTING_CALL_DEADLINES = { activateMs: 60_000, rebootMs: 15_000 } as const;
