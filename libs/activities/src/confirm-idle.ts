import { ACTIVATION_IN_PROGRESS, ACTIVITY_POLICIES, retry, type VerifyAnswer } from '@vecino/upgrade';
import { deviationsOf } from '@vecino/gnoi';
import { activate } from './arm.js';
import { DeviceFault } from './device-fault.js';
import type { DeviceSession } from './device-session.js';
import { isPending } from './observe-device.js';
import { pauses } from './polling.js';
import { readChassis } from './read-baseline.js';

const LOOK_DEADLINE_MS = 3_000;
/** A look makes six calls at the most: one that begins within this still ends, and says why, before the attempt is timed out. */
const ATTEMPT_MS = ACTIVITY_POLICIES.confirmIdle.startToCloseMs - 6 * LOOK_DEADLINE_MS;

type Idleness =
  { readonly kind: 'idle'; readonly verify: VerifyAnswer } | { readonly kind: 'busy'; readonly text: string };

/**
 * Resolves when the router reports nothing pending, neither a reboot nor an activation nor an Install, and what it runs is
 * what it boots next: a deployment that was terminated may have left it armed.
 */
export async function confirmIdle(session: DeviceSession): Promise<{ readonly runningVersion: string }> {
  const { clock, log, signal } = session;
  const startedAt = clock.now();
  for (const pause of pauses(session.polling)) {
    const seen = await look(session);
    signal.throwIfAborted();
    const idleness = seen.kind === 'idle' ? await settle(session, seen.verify) : seen;
    if (idleness.kind === 'idle') {
      log.info({ running_version: idleness.verify.version }, 'the router is idle');
      return { runningVersion: idleness.verify.version };
    }
    log.debug({ reason: idleness.text }, 'waiting for the router to be idle');
    if (clock.now() - startedAt > ATTEMPT_MS) {
      throw new DeviceFault(retry('DEVICE_STATE_UNKNOWN', idleness.text));
    }
    await session.sleep(pause);
  }
  throw new Error('unreachable: polls never end');
}

const busy = (text: string): Idleness => ({ kind: 'busy', text });

async function look({ device, signal }: DeviceSession): Promise<Idleness> {
  const limits = { signal, deadlineMs: LOOK_DEADLINE_MS };
  const verify = await device.os.verify(limits);
  if (verify.kind !== 'answer') return busy(`Verify failed: ${verify.message}`);
  if (verify.activationFailMessage === ACTIVATION_IN_PROGRESS) return busy('an activation is in progress');
  const status = await device.system.rebootStatus(limits);
  if (status.kind !== 'answer') return busy(`RebootStatus failed: ${status.message}`);
  if (isPending(status)) return busy('a reboot is pending');
  const install = await device.os.isInstalling(verify.version, limits);
  if (install.kind !== 'answer') return busy(`Install failed: ${install.message}`);
  if (install.installing) return busy('an Install is running');
  return { kind: 'idle', verify };
}

/**
 * What runs boots next. Not where Activate reboots: there a version that waits for a boot cannot be. A router that does not
 * hold what it runs boots something else.
 */
async function settle(session: DeviceSession, verify: VerifyAnswer): Promise<Idleness> {
  const limits = { signal: session.signal, deadlineMs: LOOK_DEADLINE_MS };
  const { manufacturer } = await readChassis(session, limits, 'DEVICE_STATE_UNKNOWN');
  const { activateReboots, wholeChassisInstall } = deviationsOf(manufacturer);
  if (activateReboots) return { kind: 'idle', verify };
  const active = await activate(session, verify.version, 'active', LOOK_DEADLINE_MS);
  if (active.kind === 'not-on-device') return busy(active.text);
  const { standby, individualSupervisorInstall } = verify;
  if (standby.kind === 'present' && individualSupervisorInstall && !wholeChassisInstall) {
    const other = await activate(session, standby.version, 'standby', LOOK_DEADLINE_MS);
    if (other.kind === 'not-on-device') return busy(other.text);
  }
  return { kind: 'idle', verify };
}
