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

/** Those of a process that nobody told to end. */
export type FatalExitCode = typeof EXIT_CODES.fault | typeof EXIT_CODES.misconfigured;

/** What a person does then; `next` in the line that says what happened. */
export const NEXT_STEPS: Readonly<Record<FatalExitCode, string>> = {
  [EXIT_CODES.fault]: 'start it again; report this line where it comes again',
  [EXIT_CODES.misconfigured]: 'mend what this line names, then start it again',
};

export const exitCodeOf = (error: unknown): FatalExitCode =>
  error instanceof VecinoError && error.disposition === 'terminal'
    ? EXIT_CODES.misconfigured
    : EXIT_CODES.fault;
