import { ACTIVITY_POLICIES, decideReturn, stop } from '@vecino/upgrade';
import type { Baseline } from '@vecino/workflows';
import { DeviceFault } from './device-fault.js';
import type { DeviceSession } from './device-session.js';
import { observeDevice } from './observe-device.js';
import { pauses } from './polling.js';

const OBSERVE_DEADLINE_MS = 5_000;
/** From the attempt's start, since it may have waited for a free slot: gives up, with an outcome of its own, before Temporal does without one. */
const GIVE_UP_MS = ACTIVITY_POLICIES.waitUp.startToCloseMs - 60_000;

/** Resolves when the router has come back with a boot time newer than the baseline's. Reads only. */
export async function waitUp(
  session: DeviceSession,
  baseline: Baseline,
): Promise<{ readonly bootTimeNs: string }> {
  const { clock, log, signal, target, device } = session;
  const expected = {
    baselineBootTimeNs: BigInt(baseline.bootTimeNs),
    targetVersion: target.softwareVersion,
  };
  const startedAt = clock.now();
  let unchangedSince: number | undefined;

  for (const pause of pauses(session.polling)) {
    const observed = await observeDevice(device, { signal, deadlineMs: OBSERVE_DEADLINE_MS });
    signal.throwIfAborted();
    const now = clock.now();
    unchangedSince = observed.kind === 'reachable' ? (unchangedSince ?? now) : undefined;
    const decision = decideReturn(expected, observed, now - (unchangedSince ?? now));
    switch (decision.kind) {
      case 'up':
        log.info({ boot_time_ns: String(decision.bootTimeNs) }, 'the router is back');
        return { bootTimeNs: String(decision.bootTimeNs) };
      case 'never-started':
        throw new DeviceFault(stop(decision.reason.code, decision.reason.text));
      case 'wait':
        if (now - startedAt > GIVE_UP_MS) {
          const text = `the router has not come back within ${Math.round(GIVE_UP_MS / 60_000)} min`;
          throw new DeviceFault(stop('DEVICE_DID_NOT_RETURN', text));
        }
    }
    await session.sleep(pause);
  }
  throw new Error('unreachable: polls never end');
}
