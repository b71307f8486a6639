import type { EpochMs } from '@vecino/foundation';

/** 1 is the highest. */
export type Priority = 1 | 2 | 3 | 4 | 5;

/** What the decisions need to know of a request; whatever else it carries passes through untouched. */
export interface Candidate {
  readonly deploymentId: string;
  readonly routerId: string;
  readonly routerIp: string;
  readonly softwareVersion: string;
  readonly priority: Priority;
  readonly notBefore?: EpochMs;
  /** Digest of the request's content. */
  readonly fingerprint: string;
}

/** The two names of a router, each locked on its own: the same id on two addresses, or two ids on one address, are one router. */
export const locksOf = (candidate: Candidate): readonly [string, string] => [
  `id ${candidate.routerId}`,
  `ip ${candidate.routerIp}`,
];
