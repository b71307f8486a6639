import { setTimeout as delay } from 'node:timers/promises';
import { devstackError } from './fault.js';
import { logTail } from './log-tail.js';
import type { ManagedProcess } from './managed-process.js';

const PROBE_EVERY_MS = 50;

/**
 * Probes until the process answers. A probe that rejects counts as "not yet".
 * @throws PROCESS_DIED as soon as it ends, NOT_READY after the time.
 */
export async function awaitReady(
  process: ManagedProcess,
  probe: () => Promise<boolean>,
  timeoutMs: number,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < deadline) {
    if (process.exit !== undefined) throw process.died(process.exit);
    const ready = await Promise.race([
      probe().catch((error: unknown) => {
        last = error;
        return false;
      }),
      process.exited.then(() => false),
    ]);
    if (ready && process.exit === undefined) return;
    await delay(PROBE_EVERY_MS);
  }
  const tail = logTail(process.output(), 10);
  throw devstackError(
    'NOT_READY',
    `${process.name} did not answer within ${timeoutMs / 1000} s; ${process.logPath} ends:\n${tail}`,
    last,
  );
}
