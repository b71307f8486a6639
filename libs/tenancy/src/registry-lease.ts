/** With a registry that is older, in milliseconds, nothing is sent to a gate; `LATE_SENDS_MS` rests on it. */
export const REGISTRY_LEASE_MS = 7_500;
