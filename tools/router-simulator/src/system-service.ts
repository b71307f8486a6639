import { status } from '@grpc/grpc-js';
import { systemWire } from '@vecino/gnoi';
import { stepClock } from './boot.js';
import type { Device } from './device.js';
import type { RouterParts } from './router-parts.js';
import { serveUnary, type Served } from './served-call.js';

const NS_PER_MS = 1_000_000n;

type Subcomponents = systemWire.RebootRequest['subcomponents'];

/** `gnoi.system.System` of one router. */
export function systemService(parts: RouterParts): systemWire.SystemServer {
  const { device } = parts;
  return {
    time: serveUnary(parts, 'Time', () => ({ reply: { time: device.nowNs() } })),
    reboot: serveUnary(parts, 'Reboot', (request: systemWire.RebootRequest) => reboot(parts, request)),
    rebootStatus: serveUnary(parts, 'RebootStatus', (request: systemWire.RebootStatusRequest) =>
      rebootStatus(device, request),
    ),
    cancelReboot: serveUnary(parts, 'CancelReboot', (request: systemWire.CancelRebootRequest) =>
      cancelReboot(parts, request),
    ),
  };
}

function reboot(
  parts: RouterParts,
  { method, delay, message, subcomponents }: systemWire.RebootRequest,
): Served<systemWire.RebootResponse> {
  const { device, faults, network } = parts;
  const detail = {
    message,
    method,
    next_boot_version: device.nextBootVersion,
    ...directionIn(message),
  };
  const refuse = (code: status, details: string): Served<systemWire.RebootResponse> => ({
    accepted: false,
    detail,
    error: { code, details },
  });
  if (method !== systemWire.RebootMethod.COLD && method !== systemWire.RebootMethod.WARM) {
    return refuse(status.INVALID_ARGUMENT, 'only COLD and WARM are supported');
  }
  if (subcomponents.length > 0) return rebootComponents(device, subcomponents, delay, detail, refuse);
  if (device.pendingReboot !== undefined) {
    return refuse(status.FAILED_PRECONDITION, 'a reboot is pending already');
  }
  const reply = {};
  if (faults.take('reboot-never-starts')) return { accepted: false, detail, reply };
  const schedule = (): void => {
    const lagMs = faults.take('active-lag')?.forMs ?? 0;
    const wait = delay + BigInt(lagMs) * NS_PER_MS;
    device.pendingReboot = {
      atNs: device.nowNs() + wait,
      reason: message,
      visibleFromMs: device.nowMs() + lagMs,
    };
    network.scheduleReboot(Number(wait / NS_PER_MS));
    stepClock(device, faults, 'reboot');
  };
  const lost = faults.take('reboot-lost-reply');
  if (lost !== undefined) {
    if (lost.reboots) schedule();
    return { accepted: lost.reboots, detail, silence: () => network.dropConnections() };
  }
  schedule();
  return { detail, reply };
}

/** Which way a reboot goes, where the one who orders it says so. */
function directionIn(message: string): { direction?: string } {
  const direction = /\b(forward|rollback)\b/i.exec(message)?.[1];
  return direction === undefined ? {} : { direction: direction.toLowerCase() };
}

/** Of all components only the standby supervisor reboots on its own. */
function rebootComponents(
  device: Device,
  subcomponents: Subcomponents,
  delay: bigint,
  detail: Readonly<Record<string, string | number>>,
  refuse: (code: status, details: string) => Served<systemWire.RebootResponse>,
): Served<systemWire.RebootResponse> {
  const names = subcomponents.map(componentName);
  const unknown = names.find((name) => name !== device.active.id && name !== device.standby?.id);
  if (unknown !== undefined || names.includes(undefined)) {
    return refuse(status.NOT_FOUND, `no such component: ${unknown ?? 'without a name'}`);
  }
  if (names.includes(device.active.id) || delay > 0n) {
    return refuse(status.UNIMPLEMENTED, 'only the standby supervisor reboots on its own, and at once');
  }
  if (device.readyStandby === undefined) {
    return refuse(status.FAILED_PRECONDITION, 'the standby supervisor is not available');
  }
  device.bootStandby();
  return { detail: { ...detail, component: names.join(',') }, reply: {} };
}

/** `/components/component[name=RP1]`. */
function componentName({ elem }: Subcomponents[number]): string | undefined {
  const [components, component, ...rest] = elem;
  if (components?.name !== 'components' || component?.name !== 'component' || rest.length > 0)
    return undefined;
  return component.key['name'];
}

function rebootStatus(
  device: Device,
  { subcomponents }: systemWire.RebootStatusRequest,
): Served<systemWire.RebootStatusResponse> {
  const { SUCCESS, UNKNOWN } = REBOOT_STATUS;
  const names = subcomponents.map(componentName);
  if (names.some((name) => name !== device.active.id && name !== device.standby?.id)) {
    return { error: { code: status.NOT_FOUND, details: 'no such component' } };
  }
  const { pendingReboot } = device;
  const now = device.nowNs();
  const visible =
    pendingReboot !== undefined && subcomponents.length === 0 && device.nowMs() >= pendingReboot.visibleFromMs
      ? pendingReboot
      : undefined;
  const atNs = visible?.atNs ?? 0n;
  return {
    reply: {
      active: visible !== undefined,
      wait: atNs > now ? atNs - now : 0n,
      when: atNs,
      reason: visible?.reason ?? '',
      count: device.boots,
      method: systemWire.RebootMethod.COLD,
      status: { status: visible === undefined ? SUCCESS : UNKNOWN, message: '' },
    },
  };
}

const REBOOT_STATUS = {
  SUCCESS: systemWire.RebootStatus_Status.STATUS_SUCCESS,
  UNKNOWN: systemWire.RebootStatus_Status.STATUS_UNKNOWN,
};

/** What is pending can be cancelled until the router begins to go down. */
function cancelReboot(
  { device, network }: RouterParts,
  { message, subcomponents }: systemWire.CancelRebootRequest,
): Served<systemWire.CancelRebootResponse> {
  const detail = { message };
  if (subcomponents.length > 0) {
    const error = { code: status.UNIMPLEMENTED, details: 'reboots of components are never pending' };
    return { error, detail };
  }
  network.cancelReboot();
  device.pendingReboot = undefined;
  return { reply: {}, detail };
}
