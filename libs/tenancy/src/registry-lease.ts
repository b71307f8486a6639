/**
 * With a registry that is older, in milliseconds, nothing is sent to a gate. A call takes at most 10 s more, and the gate that
 * a moved tenant has left waits for 20 s: what goes there by an old registry is still taken in.
 */
export const REGISTRY_LEASE_MS = 7_500;
