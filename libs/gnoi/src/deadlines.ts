import { REBOOTING_CALL_DEADLINES } from '@vecino/upgrade';

/** Milliseconds a call may take, connecting included. `install` is a whole transfer. */
export interface Deadlines {
  readonly readMs: number;
  readonly activateMs: number;
  readonly rebootMs: number;
  readonly installMs: number;
  /** See `InstallOptions.stallMs`. */
  readonly stallMs: number;
  /** See `InstallOptions.validateMs`. */
  readonly validateMs: number;
}

export const DEFAULT_DEADLINES: Deadlines = {
  readMs: 10_000,
  ...REBOOTING_CALL_DEADLINES,
  installMs: 60 * 60_000,
  stallMs: 60_000,
  validateMs: 10 * 60_000,
};
