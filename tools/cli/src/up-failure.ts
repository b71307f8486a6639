import { VecinoError } from '@vecino/foundation';
import { asCause } from './background.js';
import { type CliErrorCode } from './cli-errors.js';
import { type UpState } from './up-state.js';

export interface BackgroundEnd {
  /** What the process left, if it came so far. */
  readonly state: UpState | undefined;
  /** `exit code 1`, `SIGKILL`. */
  readonly how: string;
  readonly logPath: string;
}

/** Why `up` leaves nothing running: in the words of the process that was to stay, where it had time for any. */
export const upFailure = ({ state, how, logPath }: BackgroundEnd): VecinoError<CliErrorCode> =>
  new VecinoError<CliErrorCode>(
    'PLATFORM_FAILED',
    `the platform did not come up, and nothing was left running; the whole log is ${logPath}`,
    {
      disposition: 'terminal',
      cause: asCause(state?.message ?? `the process that was to stay ended with ${how}`),
    },
  );
