import type { CallFault, RebootObservation } from '@vecino/upgrade';
import type { CallLimits, DeviceConnection } from '@vecino/gnoi';

export const BOOT_TIME_PATH = '/system/state/boot-time';

export type BootTime =
  | { readonly kind: 'known'; readonly ns: bigint }
  | { readonly kind: 'missing'; readonly text: string }
  | CallFault;

/** Boot time by gNMI, in nanoseconds since the epoch. */
export async function readBootTime(device: DeviceConnection, limits: CallLimits): Promise<BootTime> {
  const answer = await device.gnmi.get([BOOT_TIME_PATH], limits);
  if (answer.kind !== 'answer') return answer;
  const text = answer.leaves.get(BOOT_TIME_PATH);
  if (text === undefined || !/^\d+$/.test(text)) {
    return { kind: 'missing', text: `the router gives no ${BOOT_TIME_PATH}` };
  }
  return { kind: 'known', ns: BigInt(text) };
}

/** One look at a router that may be rebooting. What cannot be read in full counts as unreachable: it proves nothing. */
export async function observeDevice(
  device: DeviceConnection,
  limits: CallLimits,
): Promise<RebootObservation> {
  const bootTime = await readBootTime(device, limits);
  if (bootTime.kind !== 'known') return { kind: 'unreachable' };
  const verify = await device.os.verify(limits);
  if (verify.kind !== 'answer') return { kind: 'unreachable' };
  const status = await device.system.rebootStatus(limits);
  // Without RebootStatus the boot time has to do.
  const withoutStatus = status.kind === 'rpc-error' && status.code === 'UNIMPLEMENTED';
  if (status.kind !== 'answer' && !withoutStatus) return { kind: 'unreachable' };
  return {
    kind: 'reachable',
    bootTimeNs: bootTime.ns,
    runningVersion: verify.version,
    rebootActive: status.kind === 'answer' && (status.active || status.waitNs > 0n),
  };
}
