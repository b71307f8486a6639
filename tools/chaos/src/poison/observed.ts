/** A dead letter as it lies in its topic. */
export interface SeenLetter {
  /** `partition/offset` in the dead-letter topic. */
  readonly place: string;
  /** Of the key, the value and the headers that it has from its original. */
  readonly digest: string;
  /** The headers that say what was wrong; a name that came twice is listed in `twice`. */
  readonly told: Readonly<Record<string, string>>;
  readonly twice: readonly string[];
}

/** A status as it lies in its tenant's topic. */
export interface SeenStatus {
  /** Of the topic. */
  readonly tenantId: string;
  readonly offset: number;
  readonly deploymentId: string;
  readonly routerId: string;
  readonly softwareVersion: string;
  readonly state: string;
  readonly eventId: string;
  readonly code?: string;
  /** All that are anywhere in the record. */
  readonly canaries: readonly string[];
}

export interface Observed {
  readonly letters: readonly SeenLetter[];
  readonly statuses: readonly SeenStatus[];
}
