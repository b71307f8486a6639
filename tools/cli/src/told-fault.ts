import { errorText, redactText, VecinoError } from '@vecino/foundation';
import { KAFKA_FAULTS, nextStepAfter } from './next-steps.js';
import { type PlatformEnvironment } from './platform-access.js';

/** What went wrong, as every command tells it. */
export interface ToldFault {
  readonly code: string;
  readonly text: string;
  /** Why, outermost first; empty where the text says it. */
  readonly cause: readonly string[];
  /** What to do. */
  readonly next: string;
}

/** An error that ended a command, in words for people: no class names, no stack, no status numbers of a transport. */
export function toldFault(error: unknown, env: PlatformEnvironment = process.env): ToldFault {
  if (error instanceof VecinoError) return faultOf(error.code, error.message, error.cause, error.disposition);
  if (isKafkaError(error)) {
    const code = kafkaCode(error);
    const { text } = KAFKA_FAULTS[code];
    return faultOf(code, `${text(env['KAFKA_BROKERS'] ?? '')}`, error, 'retry');
  }
  if (isSystemError(error)) {
    const text = `cannot ${error.syscall ?? 'use'} ${error.path ?? error.address ?? 'it'}`;
    return {
      code: error.code,
      text,
      cause: [plain(error.message)],
      next: nextStepAfter(error.code, 'terminal'),
    };
  }
  const message = errorText(error);
  return faultOf('UNEXPECTED', plain(message), error instanceof Error ? error.cause : undefined, 'terminal');
}

function faultOf(code: string, text: string, cause: unknown, disposition: 'retry' | 'terminal'): ToldFault {
  return { code, text: plain(text), cause: causesOf(cause, text), next: nextStepAfter(code, disposition) };
}

/** The messages of the causes, without those that only say again what stands above them. */
function causesOf(cause: unknown, above: string): string[] {
  const said: string[] = [];
  for (
    let at: unknown = cause;
    at !== undefined && at !== null;
    at = at instanceof Error ? at.cause : undefined
  ) {
    const message = plain(errorText(at));
    const isKnown = [above, ...said].some((earlier) => earlier.includes(message));
    if (message !== '' && !isKnown) said.push(message);
  }
  return said;
}

/** `14 UNAVAILABLE: No connection established. Last error: Error: connect ECONNREFUSED …` → `connect ECONNREFUSED …`, without secrets. */
const plain = (message: string): string =>
  redactText(message)
    .replace(/^\d+ [A-Z_]+: /, '')
    .replace(/^No connection established\. Last error: (Error: )?/, '')
    .replace(/\.? *Resolution note:.*$/s, '')
    .replace(/^Connection error: /, '')
    .trim();

/** By its name: kafkajs exports its classes from one module that not every command loads. */
const isKafkaError = (error: unknown): error is Error =>
  error instanceof Error &&
  (error.name.startsWith('KafkaJS') || error.constructor.name.startsWith('KafkaJS'));

function kafkaCode(error: Error): keyof typeof KAFKA_FAULTS {
  const names = [error, error.cause].map((one) => (one instanceof Error ? one.name : '')).join(' ');
  if (names.includes('SASL')) return 'KAFKA_ACCESS_DENIED';
  return /not authorized|authorization/i.test(error.message) ? 'KAFKA_ACCESS_DENIED' : 'KAFKA_UNREACHABLE';
}

type SystemError = Error & {
  readonly code: string;
  readonly syscall?: string;
  readonly path?: string;
  readonly address?: string;
};

const isSystemError = (error: unknown): error is SystemError =>
  error instanceof Error && /^E[A-Z0-9]+$/.test((error as Partial<SystemError>).code ?? '');
