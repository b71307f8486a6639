import { classifyActivate } from '@vecino/upgrade';
import { DeviceFault } from './device-fault.js';
import type { DeviceSession } from './device-session.js';

/** Makes the new version the one that boots next. Idempotent while the old version runs. */
export async function arm(session: DeviceSession): Promise<void> {
  const { device, target, signal, log } = session;
  session.checkpoint();
  const outcome = await device.os.activate({ version: target.softwareVersion, noReboot: true }, { signal });
  signal.throwIfAborted();
  const verdict = classifyActivate(outcome);
  if (verdict.kind !== 'go-on') throw new DeviceFault(verdict);
  log.info({ software_version: target.softwareVersion }, 'the router will boot the version next');
}
