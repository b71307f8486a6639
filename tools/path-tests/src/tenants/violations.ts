import { type Violations } from '../judge.js';

const SHOWN = 10;

/** The invariants that do not hold, each with how often and the first violations. */
export const onlyViolated = (
  all: Readonly<Record<string, Violations>>,
): Readonly<Record<string, Violations>> =>
  Object.fromEntries(
    Object.entries(all)
      .filter(([, violations]) => violations.length > 0)
      .map(([name, violations]) => [`${name} (${violations.length})`, violations.slice(0, SHOWN)]),
  );
