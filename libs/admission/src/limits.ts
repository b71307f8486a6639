/** Bound on the text of everything that waits or runs, so that continue-as-new stays below the server's 2 MB. */
export const HELD_CHARACTERS_LIMIT = 900_000;

export interface Limits {
  /** Deployments that may hold a slot at once. */
  readonly cap: number;
  /** Requests that may wait at once, beyond those that fill free slots. */
  readonly queueLimit: number;
}

/** Why nothing at all may start, whatever the slots say. `note` is what whoever ordered it said. */
export interface StandStill {
  readonly code: StandStillCode;
  readonly note?: string;
}

export type StandStillCode =
  'TENANT_PAUSED' | 'PLATFORM_PAUSED' | 'STATUS_BACKLOG' | 'GATE_CLOSING' | 'TENANT_MOVING';
