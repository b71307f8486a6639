import { VecinoError } from '@vecino/foundation';

/** How a service's process ended, for those who supervise it. */
export const EXIT_CODES = {
  /** Told to end, and everything in hand was finished or given back. */
  inOrder: 0,
  /** Something broke; starting again may help. */
  fault: 1,
  /** Starting again changes nothing before somebody changes the configuration. */
  misconfigured: 2,
  /** Told to end, and something was still open when the time for it was over. */
  cutOff: 3,
  /** Told to end a second time. */
  toldTwice: 4,
} as const;

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

export const exitCodeOf = (error: unknown): ExitCode =>
  error instanceof VecinoError && error.disposition === 'terminal'
    ? EXIT_CODES.misconfigured
    : EXIT_CODES.fault;
