import type { Logger } from '@vecino/telemetry';
import { EXIT_CODES, NEXT_STEPS } from './exit-codes.js';

type CrashListener = (error: unknown, origin: string) => void;

/** The part of `process` that tells what nobody caught. */
export interface Crashing {
  on(event: 'uncaughtException', listener: CrashListener): unknown;
  off(event: 'uncaughtException', listener: CrashListener): unknown;
}

/** What nobody caught, as often as it comes. Each has been logged by then. */
export interface Crashes {
  readonly first: Promise<void>;
  /** How many there were. */
  count(): number;
  ignore(): void;
}

/**
 * Hears rejections that nobody handles too: Node raises them as exceptions, but where somebody listens for them, as Temporal's SDK
 * does for those of workflows that run in this thread (`TEMPORAL_DEBUG`).
 */
export function listenForCrashes(own: Crashing, logger: Logger): Crashes {
  let count = 0;
  let onFirst = (): void => {};
  const first = new Promise<void>((resolve) => (onFirst = resolve));
  const crashed: CrashListener = (err, origin) => {
    count += 1;
    const code = origin === 'unhandledRejection' ? 'UNHANDLED_REJECTION' : 'UNCAUGHT_EXCEPTION';
    const exitCode = EXIT_CODES.fault;
    logger.error(
      { err, code, exit_code: exitCode, next: NEXT_STEPS[exitCode] },
      'a fault that nobody caught: the process ends',
    );
    onFirst();
  };
  own.on('uncaughtException', crashed);
  return { first, count: () => count, ignore: () => void own.off('uncaughtException', crashed) };
}
