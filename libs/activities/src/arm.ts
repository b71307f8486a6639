import { classifyActivate } from '@vecino/upgrade';
import type { ArmResult, StepInput } from '@vecino/workflows';
import { DeviceFault } from './device-fault.js';
import type { DeviceSession } from './device-session.js';

/** Makes the version the one that boots next, on every supervisor. Idempotent while the old version runs. */
export async function arm(session: DeviceSession, { baseline }: StepInput): Promise<ArmResult> {
  const { target, log } = session;
  // The standby first: where that fails, the active supervisor still boots what it runs.
  if (baseline.supervisors === 'individual') {
    const standby = await activate(session, target.softwareVersion, 'standby');
    if (standby.kind === 'not-on-device') return standby;
  }
  const active = await activate(session, target.softwareVersion, 'active');
  if (active.kind === 'armed')
    log.info({ software_version: target.softwareVersion }, 'the router will boot the version next');
  return active;
}

/** Activate with `no_reboot` on one supervisor. */
export async function activate(
  { device, signal, checkpoint }: DeviceSession,
  version: string,
  supervisor: 'active' | 'standby',
  deadlineMs?: number,
): Promise<ArmResult> {
  checkpoint();
  const standbySupervisor = supervisor === 'standby';
  const outcome = await device.os.activate(
    { version, noReboot: true, standbySupervisor },
    { signal, deadlineMs },
  );
  signal.throwIfAborted();
  if (outcome.kind === 'activate-error' && outcome.type === 'NON_EXISTENT_VERSION') {
    return {
      kind: 'not-on-device',
      text: `the ${supervisor} supervisor does not hold ${version}: ${outcome.detail}`,
    };
  }
  const verdict = classifyActivate(outcome);
  if (verdict.kind !== 'go-on') throw new DeviceFault(verdict);
  return { kind: 'armed' };
}
