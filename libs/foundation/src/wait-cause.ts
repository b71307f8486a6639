/**
 * What made a request wait before it started: nothing, a limit that its tenant or whoever runs the platform has set (cap, order
 * on the router, pause, `not_before`), or something that the platform owed it.
 */
export const WAIT_CAUSES = ['none', 'limit', 'platform'] as const;
export type WaitCause = (typeof WAIT_CAUSES)[number];
