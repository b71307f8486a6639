import { CLI_ERRORS, type CliErrorCode, DOCTOR_LOOKS, type ErrorGuide } from './cli-errors.js';
import { PART_ERRORS, type PartErrorCode } from './part-errors.js';

/** Every error that a command is known to end with; docs/cli.md has them all. */
export const ERRORS: Readonly<Record<CliErrorCode | PartErrorCode, ErrorGuide>> = {
  ...CLI_ERRORS,
  ...PART_ERRORS,
};

const isKnown = (code: string): code is keyof typeof ERRORS => Object.hasOwn(ERRORS, code);

/** Whether an error is of what was asked for, and nothing was begun. */
export const isRefused = (code: string): boolean => isKnown(code) && ERRORS[code].exit === 'refused';

/** What to do after an error. A code that nobody knows gets the step of its disposition. */
export function nextStepAfter(code: string, disposition: 'retry' | 'terminal'): string {
  if (isKnown(code)) return ERRORS[code].next;
  return disposition === 'retry' ? `try again; ${DOCTOR_LOOKS}` : DOCTOR_LOOKS;
}

export const KAFKA_FAULTS = {
  KAFKA_UNREACHABLE: { text: (brokers: string) => `Kafka at ${brokers} does not answer` },
  KAFKA_ACCESS_DENIED: { text: (brokers: string) => `Kafka at ${brokers} refuses the credentials` },
} as const satisfies Partial<Record<CliErrorCode, { text(brokers: string): string }>>;
