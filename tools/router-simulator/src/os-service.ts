import { status } from '@grpc/grpc-js';
import { osWire } from '@vecino/gnoi';
import { crashAfter, stepClock } from './boot.js';
import type { Device } from './device.js';
import { serveInstall } from './install-session.js';
import type { RouterParts } from './router-parts.js';
import { serveUnary, type Served } from './served-call.js';
import type { StandbySupervisor, Supervisor } from './supervisor.js';

/** `gnoi.os.OS` of one router. */
export function osService(parts: RouterParts): osWire.OSServer {
  return {
    install: (call) => serveInstall(call, parts),
    activate: serveUnary(parts, 'Activate', (request: osWire.ActivateRequest) => activate(parts, request)),
    verify: serveUnary(parts, 'Verify', () => ({ reply: verify(parts.device) })),
  };
}

type ActivateRefusal = readonly [type: keyof typeof osWire.ActivateError_Type, detail: string];

function activate(parts: RouterParts, request: osWire.ActivateRequest): Served<osWire.ActivateResponse> {
  const { device, faults, network } = parts;
  const { version, standbySupervisor, noReboot } = request;
  const detail = { version, no_reboot: noReboot, standby: standbySupervisor };
  if (noReboot && device.config.noReboot === 'unimplemented') {
    return { detail, error: { code: status.UNIMPLEMENTED, details: 'no_reboot is not supported' } };
  }
  const error = faults.take('activate-error');
  const refusal: ActivateRefusal | undefined = error
    ? [error.type, error.detail]
    : refuseActivate(device, request);
  if (refusal !== undefined) {
    const [type, text] = refusal;
    const activateError = { type: osWire.ActivateError_Type[type], detail: text };
    return {
      accepted: false,
      detail,
      reply: { response: { $case: 'activateError', value: activateError } },
    };
  }
  const lost = faults.take('activate-lost-reply');
  if (lost === undefined || lost.activates) perform(parts, request);
  if (lost !== undefined) {
    return { accepted: lost.activates, detail, silence: () => network.dropConnections() };
  }
  return { detail, reply: { response: { $case: 'activateOk', value: {} } } };
}

function refuseActivate(
  device: Device,
  { version, standbySupervisor }: osWire.ActivateRequest,
): ActivateRefusal | undefined {
  if (!standbySupervisor) return missing(device.active, version);
  if (device.standby === undefined) return ['NOT_SUPPORTED_ON_BACKUP', 'there is no standby supervisor'];
  if (!device.individualInstall) {
    return ['NOT_SUPPORTED_ON_BACKUP', 'one Activate is for both supervisors'];
  }
  const standby = device.readyStandby;
  return standby === undefined
    ? ['UNSPECIFIED', 'the standby supervisor is not available']
    : missing(standby, version);
}

const missing = (supervisor: Supervisor, version: string): ActivateRefusal | undefined =>
  supervisor.has(version)
    ? undefined
    : ['NON_EXISTENT_VERSION', `${version || 'an empty version'} is not installed on ${supervisor.id}`];

function perform(parts: RouterParts, request: osWire.ActivateRequest): void {
  const { device, faults, network } = parts;
  const { version, standbySupervisor, noReboot } = request;
  const reboots = !noReboot || device.config.noReboot === 'reboots';
  const one: Supervisor = standbySupervisor && device.standby !== undefined ? device.standby : device.active;
  const chosen = device.individualInstall ? [one] : device.supervisors;
  chosen.forEach((supervisor) => (supervisor.nextBootVersion = version));
  stepClock(device, faults, 'activate');
  crashAfter(parts, 'activate');
  // A version that runs already is not booted again.
  if (!reboots || !one.armed) return;
  if (standbySupervisor) return device.bootStandby();
  if (faults.take('reboot-never-starts')) return;
  device.pendingReboot ??= { atNs: device.nowNs(), reason: 'Activate', visibleFromMs: device.nowMs() };
  network.scheduleReboot(0);
}

function verify(device: Device): osWire.VerifyResponse {
  const { supervisors } = device.config;
  const claimed = supervisors.kind === 'dual' ? supervisors.claimsIndividual : undefined;
  return {
    version: device.runningVersion,
    activationFailMessage: device.activationFailMessage,
    verifyStandby: { state: standbyState(device.standby, device.nowMs()) },
    individualSupervisorInstall: claimed ?? device.individualInstall,
  };
}

function standbyState(
  standby: StandbySupervisor | undefined,
  nowMs: number,
): NonNullable<osWire.VerifyStandby['state']> {
  const { UNSUPPORTED, NON_EXISTENT, UNAVAILABLE } = osWire.StandbyState_State;
  if (standby === undefined) return { $case: 'standbyState', value: { state: UNSUPPORTED } };
  switch (standby.condition(nowMs)) {
    case 'NON_EXISTENT':
      return { $case: 'standbyState', value: { state: NON_EXISTENT } };
    case 'UNAVAILABLE':
      return { $case: 'standbyState', value: { state: UNAVAILABLE } };
    case 'present': {
      const { id, runningVersion, activationFailMessage } = standby;
      return { $case: 'verifyResponse', value: { id, version: runningVersion, activationFailMessage } };
    }
  }
}
