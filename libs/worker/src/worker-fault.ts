import { VecinoError } from '@vecino/foundation';

/** Why a worker refuses to start: the operator has to change something first. */
export type WorkerFaultCode =
  /** A variable is missing or wrong. */
  'CONFIG' | 'DEVICE_TLS_UNREADABLE' | 'IMAGE_KEYS_UNREADABLE';

export class WorkerFault extends VecinoError<WorkerFaultCode> {
  constructor(code: WorkerFaultCode, message: string, cause?: unknown) {
    super(code, message, { disposition: 'terminal', cause });
  }
}

/** 2 tells a supervisor that starting again changes nothing; 1 that it may. */
export const exitCodeOf = (error: unknown): 1 | 2 =>
  error instanceof VecinoError && error.disposition === 'terminal' ? 2 : 1;
