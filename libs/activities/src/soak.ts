import { ACTIVITY_POLICIES, bootBaselineOf, hasRebooted, stop } from '@vecino/upgrade';
import type { SoakInput } from '@vecino/workflows';
import { DeviceFault } from './device-fault.js';
import type { DeviceSession } from './device-session.js';
import { observeDevice, type Sighting } from './observe-device.js';
import { pauses } from './polling.js';

const OBSERVE_DEADLINE_MS = 5_000;
/** Without a look, after the soak time: gives up, with an outcome of its own, before Temporal does without one. */
const GIVE_UP_MS = ACTIVITY_POLICIES.soak.startToCloseMs - 60_000;

/** Resolves when the router has run the version for the soak time since it came back, without another boot. Reads only. */
export async function soak(session: DeviceSession, input: SoakInput): Promise<void> {
  const { clock, log, signal, timing } = session;
  const { policy, up } = input;
  const soakMs = policy.soakSeconds * 1_000;
  const giveUpAt = Math.max(clock.now(), up.upAt + soakMs) + GIVE_UP_MS;
  let silentSince: number | undefined;

  for (const pause of pauses(session.polling)) {
    const observed = await observeDevice(session, { signal, deadlineMs: OBSERVE_DEADLINE_MS });
    signal.throwIfAborted();
    const now = clock.now();
    const soakedMs = now - up.upAt;
    const percent = String(Math.min(100, Math.max(0, Math.floor((100 * soakedMs) / soakMs))));
    if (observed.kind === 'reachable') {
      silentSince = undefined;
      refuseOtherBoot(observed, input);
      if (soakedMs >= soakMs) {
        log.info({ soak_seconds: policy.soakSeconds }, 'the router has kept running the version');
        return;
      }
      session.report({ percent });
    } else {
      session.report({ percent, waiting_for: 'the router to answer' });
      silentSince ??= now;
      if (now > giveUpAt || now - silentSince > timing.returnWithinMs) {
        throw new DeviceFault(
          stop('DEVICE_DID_NOT_RETURN', `the router went away while it soaked: ${observed.text}`),
        );
      }
    }
    await session.sleep(pause);
  }
  throw new Error('unreachable: polls never end');
}

function refuseOtherBoot(seen: Sighting, { baseline, up, softwareVersion }: SoakInput): void {
  const { runningVersion: version } = seen;
  const rebooted = hasRebooted(bootBaselineOf({ ...up, takenAt: up.upAt }), seen) === 'rebooted';
  if (version === softwareVersion && !rebooted) return;
  if (version === baseline.runningVersion) {
    throw new DeviceFault(stop('FELL_BACK', `the router went back to ${version} while it soaked`));
  }
  const text = rebooted
    ? `the router rebooted by itself while it soaked, and runs ${version}`
    : `the router runs ${version} where ${softwareVersion} was soaking`;
  throw new DeviceFault(stop('POSTCHECK_FAILED', text));
}
