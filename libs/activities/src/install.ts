import { bootBaselineOf, classifyInstall, hasRebooted, retry, stop } from '@vecino/upgrade';
import type { InstallProgress } from '@vecino/gnoi';
import type { InstallResult, StepInput } from '@vecino/workflows';
import { DeviceFault } from './device-fault.js';
import type { DeviceSession } from './device-session.js';
import { findImage } from './find-image.js';
import type { StoredImage } from './image-store.js';
import { observeDevice } from './observe-device.js';

/** Brings the image onto a supervisor. Safe to repeat: one that holds it validates at once, without a transfer. */
export async function install(
  session: DeviceSession,
  input: StepInput,
  supervisor: 'active' | 'standby',
): Promise<InstallResult> {
  const { attempt, device, log, signal } = session;
  const image = await findImage(session, 'FAILED', input.direction);
  await checkContent(session, image);
  if (attempt > 1) await lookAgain(session, input);
  session.checkpoint();
  log.info({ bytes: image.bytes, sha256: image.sha256, supervisor }, 'sending the image');
  const outcome = await device.os.install({
    image,
    standbySupervisor: supervisor === 'standby',
    signal,
    onProgress: (progress) => session.report(progressOf(progress, image)),
  });
  signal.throwIfAborted();
  const verdict = classifyInstall(outcome);
  if (verdict.kind !== 'go-on' || outcome.kind !== 'validated') {
    throw new DeviceFault(verdict.kind === 'go-on' ? stop('INSTALL_FAILED', outcome.kind) : verdict);
  }
  const { transferred, bytes } = outcome;
  log.info({ transferred, bytes, supervisor }, 'the router holds the image');
  return { transferred, bytes };
}

/** After an INTEGRITY_FAIL no earlier check is believed. */
async function checkContent({ images, signal, tally }: DeviceSession, image: StoredImage): Promise<void> {
  const fresh = tally['install:INTEGRITY_FAIL'] !== undefined;
  const check = await images.check(image, { fresh, signal });
  switch (check.kind) {
    case 'intact':
      return;
    case 'damaged':
      throw new DeviceFault(stop('IMAGE_DAMAGED', check.text));
    case 'unreadable':
      throw new DeviceFault(retry('INSTALL_FAILED', check.text));
  }
}

/** Time has passed since the precheck: refuses to go on with a router that has changed meanwhile. */
async function lookAgain(session: DeviceSession, { baseline }: StepInput): Promise<void> {
  const { signal } = session;
  const seen = await observeDevice(session, { signal });
  signal.throwIfAborted();
  if (seen.kind === 'unreachable')
    throw new DeviceFault(retry('DEVICE_UNREACHABLE', `the router: ${seen.text}`));
  const changed = (text: string): DeviceFault => new DeviceFault(stop('INSTALL_FAILED', text));
  if (seen.runningVersion !== baseline.runningVersion) {
    throw changed(`the router runs ${seen.runningVersion} now, and no longer ${baseline.runningVersion}`);
  }
  if (hasRebooted(bootBaselineOf(baseline), seen) !== 'same-boot') {
    throw changed('the router has rebooted by itself since the precheck');
  }
  if (seen.rebootActive) throw new DeviceFault(retry('INSTALL_FAILED', 'a reboot is pending on the router'));
}

/** The target's own count where it gives one. */
function progressOf({ sent, received, syncPercent }: InstallProgress, { bytes }: StoredImage) {
  if (syncPercent !== undefined) {
    return { percent: String(syncPercent), waiting_for: 'the copy between the supervisors' };
  }
  const done = received > 0 ? received : sent;
  const percent = bytes === 0 ? 100 : Math.floor((100 * done) / bytes);
  const validating = sent >= bytes ? { waiting_for: 'the check of the image on the router' } : {};
  return { bytes: String(done), of_bytes: String(bytes), percent: String(percent), ...validating };
}
