import { osWire } from '@vecino/gnoi';
import type { CallLog } from './call-log.js';
import type { Device } from './device.js';
import type { FaultPlan } from './fault.js';
import { serveInstall } from './install-session.js';
import type { RouterNetwork } from './network.js';
import { serveUnary, type Served } from './served-call.js';

/** `gnoi.os.OS` of one router with a single supervisor. */
export function osService(
  device: Device,
  faults: FaultPlan,
  network: RouterNetwork,
  log: CallLog,
): osWire.OSServer {
  return {
    install: (call) => serveInstall(call, device, faults, network, log),
    activate: serveUnary(log, device.routerId, 'gnoi.os.OS/Activate', (request: osWire.ActivateRequest) =>
      activate(device, network, request),
    ),
    verify: serveUnary(log, device.routerId, 'gnoi.os.OS/Verify', () => ({ reply: verify(device) })),
  };
}

function activate(
  device: Device,
  network: RouterNetwork,
  { version, standbySupervisor, noReboot }: osWire.ActivateRequest,
): Served<osWire.ActivateResponse> {
  const detail = { version, no_reboot: noReboot };
  const refuse = (type: osWire.ActivateError_Type, text: string): Served<osWire.ActivateResponse> => ({
    accepted: false,
    detail,
    reply: { response: { $case: 'activateError', value: { type, detail: text } } },
  });
  if (standbySupervisor) {
    return refuse(osWire.ActivateError_Type.NOT_SUPPORTED_ON_BACKUP, 'there is no standby supervisor');
  }
  if (!device.installed.has(version)) {
    return refuse(osWire.ActivateError_Type.NON_EXISTENT_VERSION, `${version} is not installed`);
  }
  device.nextBootVersion = version;
  if (!noReboot) {
    device.pendingReboot = { atNs: device.nowNs(), reason: 'Activate' };
    network.scheduleReboot(0);
  }
  return { detail, reply: { response: { $case: 'activateOk', value: {} } } };
}

function verify(device: Device): osWire.VerifyResponse {
  return {
    version: device.runningVersion,
    activationFailMessage: device.activationFailMessage,
    verifyStandby: {
      state: { $case: 'standbyState', value: { state: osWire.StandbyState_State.UNSUPPORTED } },
    },
    individualSupervisorInstall: false,
  };
}
