/** Throws when `condition` does not hold. For programmer errors only: an expected fault is a `VecinoError`. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${message}`);
}
