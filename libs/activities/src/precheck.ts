import { classifyCallFault, classifyPrecheck, stop } from '@vecino/upgrade';
import type { Baseline, PrecheckResult } from '@vecino/workflows';
import { DeviceFault } from './device-fault.js';
import type { DeviceSession } from './device-session.js';
import { findImage } from './find-image.js';
import { BOOT_TIME_PATH, readBootTime } from './observe-device.js';

/** Reads what the upgrade will be measured against, and refuses what would make its end unpredictable. Changes nothing. */
export async function precheck(session: DeviceSession): Promise<PrecheckResult> {
  const { device, target, signal, log } = session;
  const image = await findImage(session, 'REJECTED');
  const verify = await device.os.verify({ signal });
  if (verify.kind !== 'answer') {
    throw new DeviceFault(classifyCallFault('Verify', verify, 'PRECHECK_REFUSED'));
  }
  const rebootStatus = await device.system.rebootStatus({ signal });
  if (rebootStatus.kind !== 'answer') {
    throw new DeviceFault(classifyCallFault('RebootStatus', rebootStatus, 'PRECHECK_REFUSED'));
  }
  const baseline: Baseline = { runningVersion: verify.version, bootTimeNs: await bootTime(session) };
  const verdict = classifyPrecheck({ verify, rebootStatus }, target.softwareVersion);
  switch (verdict.kind) {
    case 'proceed':
      log.info({ running_version: verify.version, boot_time_ns: baseline.bootTimeNs }, 'precheck passed');
      return { kind: 'proceed', baseline, image: { sha256: image.sha256, bytes: image.bytes } };
    case 'already-running':
      log.info({ running_version: verify.version }, 'the router runs the version already');
      return { kind: 'already-running', baseline };
    case 'retry':
    case 'stop':
      throw new DeviceFault(verdict);
  }
}

async function bootTime({ device, signal }: DeviceSession): Promise<string> {
  const answer = await readBootTime(device, { signal });
  switch (answer.kind) {
    case 'known':
      return String(answer.ns);
    case 'missing':
      throw new DeviceFault(stop('PRECHECK_REFUSED', answer.text, 'REJECTED'));
    case 'rpc-error':
    case 'identity-mismatch':
      throw new DeviceFault(classifyCallFault(`Get ${BOOT_TIME_PATH}`, answer, 'PRECHECK_REFUSED'));
  }
}
