import { ACTIVATION_IN_PROGRESS, ACTIVITY_POLICIES, retry } from '@vecino/upgrade';
import { DeviceFault } from './device-fault.js';
import type { DeviceSession } from './device-session.js';
import { pauses } from './polling.js';

const LOOK_DEADLINE_MS = 5_000;
/** A look asks three times: one that begins within this still ends, and says why, before the attempt is timed out. */
const ATTEMPT_MS = ACTIVITY_POLICIES.confirmIdle.startToCloseMs - 3 * LOOK_DEADLINE_MS;

type Idleness =
  | { readonly kind: 'idle'; readonly runningVersion: string }
  | { readonly kind: 'busy'; readonly text: string };

/** Resolves when the router reports nothing pending: neither a reboot nor an activation nor an Install. */
export async function confirmIdle(session: DeviceSession): Promise<{ readonly runningVersion: string }> {
  const { clock, log, signal } = session;
  const startedAt = clock.now();
  for (const pause of pauses(session.polling)) {
    const idleness = await look(session);
    signal.throwIfAborted();
    if (idleness.kind === 'idle') {
      log.info({ running_version: idleness.runningVersion }, 'the router is idle');
      return { runningVersion: idleness.runningVersion };
    }
    log.debug({ reason: idleness.text }, 'waiting for the router to be idle');
    if (clock.now() - startedAt > ATTEMPT_MS) {
      throw new DeviceFault(retry('DEVICE_STATE_UNKNOWN', idleness.text));
    }
    await session.sleep(pause);
  }
  throw new Error('unreachable: polls never end');
}

async function look({ device, signal }: DeviceSession): Promise<Idleness> {
  const limits = { signal, deadlineMs: LOOK_DEADLINE_MS };
  const busy = (text: string): Idleness => ({ kind: 'busy', text });
  const verify = await device.os.verify(limits);
  if (verify.kind !== 'answer') return busy(`Verify failed: ${verify.message}`);
  if (verify.activationFailMessage === ACTIVATION_IN_PROGRESS) return busy('an activation is in progress');
  const status = await device.system.rebootStatus(limits);
  if (status.kind !== 'answer') return busy(`RebootStatus failed: ${status.message}`);
  if (status.active || status.waitNs > 0n) return busy('a reboot is pending');
  const install = await device.os.isInstalling(verify.version, limits);
  if (install.kind !== 'answer') return busy(`Install failed: ${install.message}`);
  if (install.installing) return busy('an Install is running');
  return { kind: 'idle', runningVersion: verify.version };
}
