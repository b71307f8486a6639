import { status } from '@grpc/grpc-js';
import { systemWire } from '@vecino/gnoi';
import type { CallLog } from './call-log.js';
import type { Device } from './device.js';
import type { FaultPlan } from './fault.js';
import type { RouterNetwork } from './network.js';
import { serveUnary, type Served } from './served-call.js';

const NS_PER_MS = 1_000_000n;

/** `gnoi.system.System` of one router. */
export function systemService(
  device: Device,
  faults: FaultPlan,
  network: RouterNetwork,
  log: CallLog,
): systemWire.SystemServer {
  const rpc = (method: string): string => `gnoi.system.System/${method}`;
  const { routerId } = device;
  return {
    time: serveUnary(log, routerId, rpc('Time'), () => ({ reply: { time: device.nowNs() } })),
    reboot: serveUnary(log, routerId, rpc('Reboot'), (request: systemWire.RebootRequest) =>
      reboot(device, faults, network, request),
    ),
    rebootStatus: serveUnary(log, routerId, rpc('RebootStatus'), () => ({ reply: rebootStatus(device) })),
    cancelReboot: serveUnary(log, routerId, rpc('CancelReboot'), () => {
      network.cancelReboot();
      device.pendingReboot = undefined;
      return { reply: {} };
    }),
  };
}

function reboot(
  device: Device,
  faults: FaultPlan,
  network: RouterNetwork,
  { method, delay, message, subcomponents }: systemWire.RebootRequest,
): Served<systemWire.RebootResponse> {
  const detail = { message, method, next_boot_version: device.nextBootVersion };
  const refuse = (code: status, details: string): Served<systemWire.RebootResponse> => ({
    accepted: false,
    detail,
    error: { code, details },
  });
  if (subcomponents.length > 0) return refuse(status.UNIMPLEMENTED, 'only the whole device reboots');
  if (method !== systemWire.RebootMethod.COLD && method !== systemWire.RebootMethod.WARM) {
    return refuse(status.INVALID_ARGUMENT, 'only COLD and WARM are supported');
  }
  if (device.pendingReboot !== undefined) {
    return refuse(status.FAILED_PRECONDITION, 'a reboot is pending already');
  }
  const lost = faults.take('reboot-lost-reply');
  const schedule = (): void => {
    device.pendingReboot = { atNs: device.nowNs() + delay, reason: message };
    network.scheduleReboot(Number(delay / NS_PER_MS));
  };
  if (lost !== undefined) {
    if (lost.reboots) schedule();
    return { accepted: lost.reboots, detail, silence: () => network.dropConnections() };
  }
  schedule();
  return { detail, reply: {} };
}

function rebootStatus(device: Device): systemWire.RebootStatusResponse {
  const { pendingReboot } = device;
  const now = device.nowNs();
  const atNs = pendingReboot?.atNs ?? 0n;
  return {
    active: pendingReboot !== undefined,
    wait: atNs > now ? atNs - now : 0n,
    when: atNs,
    reason: pendingReboot?.reason ?? '',
    count: device.boots,
    method: systemWire.RebootMethod.COLD,
    status: { status: systemWire.RebootStatus_Status.STATUS_SUCCESS, message: '' },
  };
}
