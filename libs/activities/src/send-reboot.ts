import { classifyActivate, classifyReboot, mayHaveHappened, type ActivateOutcome } from '@vecino/upgrade';
import type { StepInput } from '@vecino/workflows';
import { DeviceFault } from './device-fault.js';
import type { DeviceSession } from './device-session.js';

/** `maybe-sent`: nobody knows whether the router accepted. */
export type SendResult =
  { readonly kind: 'sent' | 'maybe-sent' } | { readonly kind: 'not-on-device'; readonly text: string };

/** Sends what makes the router reboot, once. Throws a `DeviceFault` where it was refused. */
export async function sendReboot(session: DeviceSession, input: StepInput): Promise<SendResult> {
  session.checkpoint();
  return input.baseline.activateReboots ? sendActivate(session) : sendRebootCall(session, input);
}

async function sendRebootCall(session: DeviceSession, { direction }: StepInput): Promise<SendResult> {
  const { device, target, signal, log } = session;
  const message = `vecino deployment ${target.deploymentId} ${direction}`;
  const verdict = classifyReboot(await device.system.reboot({ message }, { signal }));
  switch (verdict.kind) {
    case 'sent':
      log.info({}, 'the router accepted Reboot');
      return verdict;
    case 'maybe-sent':
      log.warn({ outcome: verdict.text }, 'Reboot may have been accepted');
      return verdict;
    case 'retry':
    case 'stop':
      throw new DeviceFault(verdict);
  }
}

/** Where there is no `no_reboot`, one Activate serves the whole chassis and reboots it at once. */
async function sendActivate({ device, target, signal, log }: DeviceSession): Promise<SendResult> {
  const { softwareVersion: version } = target;
  const outcome = await device.os.activate({ version, noReboot: false }, { signal });
  if (outcome.kind === 'activated') {
    log.info({}, 'the router accepted Activate and reboots');
    return { kind: 'sent' };
  }
  if (outcome.kind === 'activate-error' && outcome.type === 'NON_EXISTENT_VERSION') {
    return { kind: 'not-on-device', text: `the router does not hold ${version}: ${outcome.detail}` };
  }
  if (mayHaveActivated(outcome)) {
    log.warn({ outcome: outcome.kind }, 'Activate may have been accepted');
    return { kind: 'maybe-sent' };
  }
  const verdict = classifyActivate(outcome);
  if (verdict.kind === 'go-on') return { kind: 'sent' };
  throw new DeviceFault(verdict);
}

function mayHaveActivated(outcome: ActivateOutcome): boolean {
  switch (outcome.kind) {
    case 'rpc-error':
      return mayHaveHappened(outcome.code);
    case 'protocol-violation':
      return true;
    case 'activated':
    case 'activate-error':
    case 'identity-mismatch':
      return false;
  }
}
