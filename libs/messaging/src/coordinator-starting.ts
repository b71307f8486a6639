/** The usual answer to the first who asks for a group, gone in a moment. */
export const isCoordinatorStarting = (err: unknown): boolean =>
  err instanceof Error &&
  'type' in err &&
  (err.type === 'GROUP_LOAD_IN_PROGRESS' || err.type === 'GROUP_COORDINATOR_NOT_AVAILABLE');
