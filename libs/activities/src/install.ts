import { classifyInstall, stop } from '@vecino/upgrade';
import type { InstallResult } from '@vecino/workflows';
import { DeviceFault } from './device-fault.js';
import type { DeviceSession } from './device-session.js';
import { findImage } from './find-image.js';

/** Brings the image onto the router. Safe to repeat: a router that holds it validates at once, without a transfer. */
export async function install(session: DeviceSession): Promise<InstallResult> {
  const { device, images, signal, attempt, log } = session;
  const image = await findImage(session, 'FAILED');
  // A retry may follow an INTEGRITY_FAIL, so it believes no earlier check.
  const check = await images.check(image, { fresh: attempt > 1, signal });
  if (check.kind === 'damaged') throw new DeviceFault(stop('INSTALL_FAILED', check.text));
  session.checkpoint();
  log.info({ bytes: image.bytes, sha256: image.sha256 }, 'sending the image');
  let sent = 0;
  const outcome = await device.os.install({
    image,
    signal,
    onProgress: (progress) => {
      sent = progress.sent;
      session.progress({ bytes: sent, of: image.bytes });
    },
  });
  signal.throwIfAborted();
  const verdict = classifyInstall(outcome);
  if (verdict.kind !== 'go-on') throw new DeviceFault(verdict);
  const transferred = outcome.kind === 'validated' && outcome.transferred;
  log.info({ transferred, bytes: sent }, 'the router holds the image');
  return { transferred, bytes: sent };
}
