import { retry, stop } from '@vecino/upgrade';
import type { ArmResult, StepInput } from '@vecino/workflows';
import { answerOf } from './answer-of.js';
import { activate } from './arm.js';
import { DeviceFault } from './device-fault.js';
import type { DeviceSession } from './device-session.js';
import { observeDevice, type Sighting } from './observe-device.js';

/**
 * Takes an `arm` back: cancels a reboot that is pending, and makes what runs boot next again. Resolves only when the router
 * runs the baseline's version, since whichever boot; throws a final `DEVICE_STATE_UNKNOWN` where it does not.
 */
export async function disarm(session: DeviceSession, input: StepInput): Promise<void> {
  const { log } = session;
  const { baseline } = input;
  // Activate without a reboot is not to be had there, and with one it is no way to leave a router alone.
  if (baseline.activateReboots)
    throw unknown('Activate reboots this router, so nothing can be set back', stop);
  const before = await lookAtOld(session, input);
  if (before.rebootActive) await cancelReboot(session);
  await setBack(session, input, 'active');
  if (baseline.supervisors === 'individual') await setBack(session, input, 'standby');
  const after = await lookAtOld(session, input);
  if (after.rebootActive) throw unknown('a reboot is still pending on the router', retry);
  log.info({ running_version: baseline.runningVersion }, 'the router boots what it runs again');
}

async function lookAtOld(session: DeviceSession, { baseline }: StepInput): Promise<Sighting> {
  const { signal } = session;
  const seen = await observeDevice(session, { signal });
  signal.throwIfAborted();
  if (seen.kind === 'unreachable')
    throw new DeviceFault(retry('DEVICE_UNREACHABLE', `the router: ${seen.text}`));
  if (seen.runningVersion === baseline.runningVersion) return seen;
  throw unknown(
    `the router runs ${seen.runningVersion} where ${baseline.runningVersion} was to be kept`,
    stop,
  );
}

async function cancelReboot({ device, target, signal, checkpoint, log }: DeviceSession): Promise<void> {
  checkpoint();
  const message = `vecino deployment ${target.deploymentId} was given up`;
  answerOf('CancelReboot', await device.system.cancelReboot({ message }, { signal }), 'DEVICE_STATE_UNKNOWN');
  log.info({}, 'the pending reboot is cancelled');
}

async function setBack(
  session: DeviceSession,
  { baseline }: StepInput,
  supervisor: 'active' | 'standby',
): Promise<void> {
  const result = await activate(session, baseline.runningVersion, supervisor).catch(nothingArmed);
  if (result.kind === 'not-on-device') throw unknown(result.text, stop);
}

/** What does not know Activate with `no_reboot` refused the one before, too. */
function nothingArmed(error: unknown): ArmResult {
  if (error instanceof DeviceFault && error.fault.key === 'rpc:UNIMPLEMENTED') return { kind: 'armed' };
  throw error;
}

const unknown = (text: string, kind: typeof retry | typeof stop): DeviceFault =>
  new DeviceFault(kind('DEVICE_STATE_UNKNOWN', text));
