import { type Disposition, VecinoError } from '@vecino/foundation';

/** Everything that can go wrong while the development stack is prepared or runs. */
export type DevstackFault =
  | 'PART_MISSING'
  | 'PART_UNREACHABLE'
  | 'DOWNLOAD_FAILED'
  | 'DIGEST_MISMATCH'
  | 'COMMAND_FAILED'
  | 'NO_FREE_PORT'
  | 'PROCESS_DIED'
  | 'NOT_READY'
  | 'SUPERVISOR_LOST';

const DISPOSITION: Readonly<Record<DevstackFault, Disposition>> = {
  PART_MISSING: 'terminal',
  PART_UNREACHABLE: 'retry',
  DOWNLOAD_FAILED: 'retry',
  DIGEST_MISMATCH: 'terminal',
  COMMAND_FAILED: 'terminal',
  NO_FREE_PORT: 'terminal',
  PROCESS_DIED: 'terminal',
  NOT_READY: 'terminal',
  SUPERVISOR_LOST: 'terminal',
};

export type DevstackError = VecinoError<DevstackFault>;

export const devstackError = (code: DevstackFault, message: string, cause?: unknown): DevstackError =>
  new VecinoError(code, message, { disposition: DISPOSITION[code], cause });

export const isDevstackError = (error: unknown, code: DevstackFault): error is DevstackError =>
  error instanceof VecinoError && error.code === code;
