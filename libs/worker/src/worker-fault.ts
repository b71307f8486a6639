import { VecinoError } from '@vecino/foundation';

/** Why a worker refuses to start: the operator has to change something first. */
export type WorkerFaultCode = 'DEVICE_TLS_UNREADABLE' | 'IMAGE_KEYS_UNREADABLE';

export class WorkerFault extends VecinoError<WorkerFaultCode> {
  constructor(code: WorkerFaultCode, message: string, cause?: unknown) {
    super(code, message, { disposition: 'terminal', cause });
  }
}
