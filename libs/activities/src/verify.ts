import { ACTIVITY_POLICIES, classifyVerify, stop } from '@vecino/upgrade';
import type { Baseline } from '@vecino/workflows';
import { DeviceFault } from './device-fault.js';
import type { DeviceSession } from './device-session.js';
import { pauses } from './polling.js';

const VERIFY_DEADLINE_MS = 5_000;
/** From the attempt's start, since it may have waited for a free slot: gives up, with an outcome of its own, before Temporal does without one. */
const GIVE_UP_MS = ACTIVITY_POLICIES.verify.startToCloseMs - 60_000;

/** Resolves when the router says that it runs the target version. Waits while it is still activating or hard to reach. Reads only. */
export async function verify(
  session: DeviceSession,
  baseline: Baseline,
): Promise<{ readonly runningVersion: string }> {
  const { clock, log, signal, target, device } = session;
  const expected = { target: target.softwareVersion, previous: baseline.runningVersion };
  const startedAt = clock.now();
  for (const pause of pauses(session.polling)) {
    const outcome = await device.os.verify({ signal, deadlineMs: VERIFY_DEADLINE_MS });
    signal.throwIfAborted();
    const verdict = classifyVerify(outcome, expected);
    switch (verdict.kind) {
      case 'go-on':
        log.info({ running_version: target.softwareVersion }, 'the router runs the version');
        return { runningVersion: target.softwareVersion };
      case 'stop':
        throw new DeviceFault(verdict);
      case 'retry':
        log.debug({ reason: verdict.reason.text }, 'waiting for the version');
        if (clock.now() - startedAt > GIVE_UP_MS) {
          throw new DeviceFault(stop(verdict.reason.code, verdict.reason.text));
        }
    }
    await session.sleep(pause);
  }
  throw new Error('unreachable: polls never end');
}
